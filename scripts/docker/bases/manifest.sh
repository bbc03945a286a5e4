#!/bin/sh
# Makes DynamoDBLocal.jar in folder $1: nothing but a manifest that names its main class and the jars of DynamoDBLocal_lib/.
set -eu
cd "$1"
mkdir META-INF
{
    echo "Main-Class: com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
    echo "Class-Path: "
    for jar in DynamoDBLocal_lib/*.jar; do echo "  $jar "; done
} >META-INF/MANIFEST.MF
zip --quiet --recurse-paths DynamoDBLocal.jar META-INF
rm -r META-INF
