"""Read a picture that a stranger made, and write it anew from its pixels.

Run by `run_apart`, so it imports neither the engine nor the plugin. What isn't pixels doesn't
survive: no camera's data, no place, no comment, no colour profile (colours become those of sRGB).
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps, ImageSequence

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 16_000
MOST_FRAMES = 500
MOST_FRAME_PIXELS = 200_000_000
"""All frames of a moving picture together."""

LARGEST_PROFILE = 1024 * 1024

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
QUALITY = {"JPEG": 88, "WEBP": 86, "AVIF": 75}
SMALLER = {"JPEG": 80, "WEBP": 78, "AVIF": 58}
"""Qualities of the picture itself, and of its smaller copies."""

AVIF_SPEED = 8

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("ignore")


def write_anew(source: str, target: str, media_type: str) -> dict[str, Any]:
    """Write a picture anew; return its width, height and number of frames.

    Raises ValueError with a sentence for what isn't taken.
    """
    kind = FORMATS[media_type]
    with _opened(source, kind) as image:
        frames = _frames(image)
        if frames > 1:
            width, height = _write_moving(image, target, kind)
        else:
            still = _still(image)
            width, height = still.size
            _write(still, target, kind, QUALITY, lossless=_is_lossless(source, kind))
    return {"width": width, "height": height, "frames": frames}


def write_smaller(
    source: str, folder: str, media_type: str, widths: list[int], formats: list[str]
) -> list[dict[str, Any]]:
    """Write copies of a picture of our own into a folder; return width and type of each.

    A format that isn't smaller than the picture's own is left out.
    """
    kind = FORMATS[media_type]
    made: list[dict[str, Any]] = []
    with _opened(source, kind) as image:
        image.load()
        whole: Image.Image = image
        smaller = {width: _scaled(whole, width) for width in widths}
        sizes: dict[str, int] = {}
        for wanted in [media_type, *formats]:
            done, sizes[wanted] = [], 0
            for width, picture in smaller.items():
                if wanted == media_type and width == whole.width:
                    sizes[wanted] += Path(source).stat().st_size
                    continue
                name = f"{width}.{FORMATS[wanted].lower()}"
                path = Path(folder, name)
                _write(picture, str(path), FORMATS[wanted], SMALLER)
                size = path.stat().st_size
                sizes[wanted] += size
                done.append({"file": name, "width": width, "type": wanted, "size": size})
            if wanted == media_type or sizes[wanted] < sizes[media_type]:
                made += done
    return made


def _opened(source: str, kind: str) -> Image.Image:
    """Open a file as this kind and no other, and look at its bounds before anything is decoded."""
    try:
        image = Image.open(source, formats=[kind])
    except Image.DecompressionBombError as error:
        raise ValueError(_too_large()) from error
    except Exception as error:
        raise ValueError("It can't be read as a picture of its kind.") from error
    width, height = image.size
    if width < 1 or height < 1:
        raise ValueError("It has no pixels.")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ValueError(f"It has {width} × {height} pixels. {_too_large()}")
    return image


def _too_large() -> str:
    return f"{MOST_PIXELS // 1_000_000} million pixels and {LONGEST_SIDE} a side are the limit."


def _frames(image: Image.Image) -> int:
    try:
        frames = int(getattr(image, "n_frames", 1))
    except Exception as error:
        raise ValueError("It is broken: it can't be read to its end.") from error
    pixels = frames * image.size[0] * image.size[1]
    if frames > MOST_FRAMES or (frames > 1 and pixels > MOST_FRAME_PIXELS):
        raise ValueError(
            f"It has {frames} frames of {image.size[0]} × {image.size[1]} pixels; {MOST_FRAMES} "
            f"frames and {MOST_FRAME_PIXELS // 1_000_000} million pixels together are the limit."
        )
    return frames


def _still(image: Image.Image) -> Image.Image:
    """Return the pixels, the right way up, in colours of sRGB."""
    try:
        image.load()
        turned = ImageOps.exif_transpose(image)
    except Image.DecompressionBombError as error:
        raise ValueError(_too_large()) from error
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError("It is broken: it can't be read to its end.") from error
    return _bare(_in_srgb(turned, image.info.get("icc_profile")))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode not in ("RGB", "RGBA", "CMYK", "L") or not profile:
        return image.convert("RGB") if image.mode in ("CMYK", "YCbCr", "LAB", "HSV") else image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    plain = image.convert("RGB") if alpha is not None else image
    try:
        if len(profile) > LARGEST_PROFILE:
            raise ValueError("the profile is too large")
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(
            plain, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except Exception:  # a profile that is none says nothing of the colours
        made = plain.convert("RGB")
    if made is None:
        made = plain.convert("RGB")
    if alpha is not None:
        made.putalpha(alpha)
    return made


def _bare(image: Image.Image) -> Image.Image:
    """Return the picture without anything that came with it but transparency."""
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("L")
    clear = image.info.get("transparency")
    image.info.clear()
    if clear is not None:
        image.info["transparency"] = clear
    getattr(image, "getexif", dict)().clear()
    return image


def _is_lossless(source: str, kind: str) -> bool:
    with open(source, "rb") as file:
        return kind == "WEBP" and b"VP8L" in file.read(64)


def _scaled(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    if image.mode in ("P", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode == "LA" or (image.mode in ("L", "RGB") and "transparency" in image.info):
        image = image.convert("RGBA")
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _write(
    image: Image.Image, target: str, kind: str, quality: dict[str, int], *, lossless: bool = False
) -> None:
    options: dict[str, Any] = {"quality": quality[kind]} if kind in quality else {}
    if kind == "JPEG":
        options |= {"optimize": True, "progressive": True}
        if image.mode not in ("L", "RGB"):
            image = image.convert("RGB")
    elif kind == "PNG":
        pixels = image.width * image.height
        options["compress_level"] = 9 if pixels < 2_000_000 else 6 if pixels < 12_000_000 else 2
    elif kind == "WEBP":
        options |= {"lossless": lossless, "method": 4}
    elif kind == "AVIF":
        options["speed"] = AVIF_SPEED
    if kind in ("WEBP", "AVIF") and image.mode not in ("RGB", "RGBA"):
        clear = "transparency" in image.info or image.mode in ("LA", "PA", "RGBa")
        image = image.convert("RGBA" if clear else "RGB")
    image.save(target, kind, **options)


def _write_moving(image: Image.Image, target: str, kind: str) -> tuple[int, int]:
    """Write all frames with their times; each is decoded, so a broken one is noticed."""
    durations: list[int] = []
    frames: list[Image.Image] = []
    loop = image.info.get("loop")
    try:
        for frame in ImageSequence.Iterator(image):
            durations.append(int(frame.info.get("duration", 100)))
            frames.append(frame.convert("RGBA"))
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError("It is broken: it can't be read to its end.") from error
    for frame in frames:
        frame.info = {}
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": durations}
    if loop is not None:
        options["loop"] = loop
    if kind == "GIF":
        options |= {"disposal": 2, "optimize": False}
    elif kind in QUALITY:
        options["quality"] = QUALITY[kind]
    if kind == "AVIF":
        options["speed"] = AVIF_SPEED
    frames[0].save(target, kind, **options)
    return frames[0].size
