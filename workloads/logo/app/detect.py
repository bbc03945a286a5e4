"""What stands out of an image's background. A stand-in for the model, with the same input and a real answer."""

import io
from typing import TypedDict

from PIL import Image, ImageChops

MAX_PIXELS = 25_000_000
CONTRAST = 48  # of 255: less is noise, or the shadows of JPEG


class Detection(TypedDict):
    box: tuple[int, int, int, int]  # left, top, right, bottom
    coverage: float  # share of the box that stands out


class NotAnImage(Exception):
    pass


def detect(content: bytes) -> list[Detection]:
    """The region that differs from the colour of the top left corner; none in an even image. Raises NotAnImage."""
    try:
        image = Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"])
        if image.width * image.height > MAX_PIXELS:  # known before anything is decompressed
            raise NotAnImage(f"more than {MAX_PIXELS} pixels")
        image = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAnImage("neither PNG, JPEG nor WebP") from error
    background = Image.new("RGB", image.size, image.getpixel((0, 0)))
    mask = ImageChops.difference(image, background).convert("L").point(lambda value: 255 if value > CONTRAST else 0)
    box = mask.getbbox()
    if box is None:
        return []
    standing_out = mask.crop(box).histogram()[255]
    area = (box[2] - box[0]) * (box[3] - box[1])
    return [{"box": box, "coverage": round(standing_out / area, 3)}]
