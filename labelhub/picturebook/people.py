"""A whole figure, drawn from back to front."""

from __future__ import annotations

from labelhub.picturebook.bodies import draw_arms, draw_legs, draw_neckwear, draw_torso
from labelhub.picturebook.easel import Easel, Place, shaded
from labelhub.picturebook.figures import CLOTH, Figure, hair_colour
from labelhub.picturebook.heads import draw_back_hair, draw_hat, draw_head


def draw_figure(easel: Easel, figure: Figure, place: Place) -> None:
    """Draw a figure from back to front."""
    with easel.at(place), easel.thing():
        _behind_the_body(easel, figure)
        draw_legs(easel, figure)
        draw_torso(easel, figure)
        draw_arms(easel, figure)
        draw_neckwear(easel, figure)
        draw_head(easel, figure)
        draw_hat(easel, figure)


def _behind_the_body(easel: Easel, figure: Figure) -> None:
    b, hair = figure.body, hair_colour(figure)
    if figure.wings:
        with easel.thing("wings", share=0.25):
            for side in (-1, 1):
                easel.shape(
                    [
                        (0, 1.4),
                        (side * 2.2, -0.2),
                        (side * 3.0, 1.0),
                        (side * 2.5, 1.9),
                        (side * 1.9, 2.5),
                        (0, 2.4),
                    ],
                    (244, 244, 250),
                )
    if figure.cape:
        with easel.thing("cape", share=0.2):
            easel.shape(
                [
                    (-1.1, 1.2),
                    (1.1, 1.2),
                    (2.0, 0.9 + 4.0 * b),
                    (0, 0.9 + 4.3 * b),
                    (-2.0, 0.9 + 4.0 * b),
                ],
                shaded(CLOTH[figure.hat_colour], 0.8),
            )
    if figure.halo:
        with easel.thing("halo", share=0.25):
            easel.oval(0, -1.75, 0.85, 0.28, fill=(250, 222, 90))
            easel.oval(0, -1.75, 0.6, 0.14, fill=(255, 255, 240))
    if figure.behind:
        return
    draw_back_hair(easel, figure, hair)
