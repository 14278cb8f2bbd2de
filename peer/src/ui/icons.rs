//! The few pictures on buttons, drawn as lines so that they are sharp at every scale.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, vec2};

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    /// Leave, stop, deny.
    Cross,
    /// Control: a pointer.
    Pointer,
    /// Pointing: the mark.
    Mark,
    /// Seeing only.
    Eye,
    /// The whole picture in the window.
    Fit,
    /// A monitor.
    Screen,
    /// Freeze.
    Pause,
    /// Go on.
    Play,
    /// Mind this.
    Warning,
}

/// Draws `icon` in `rect`, which should be square.
pub(super) fn draw(painter: &Painter, icon: Icon, rect: Rect, color: Color32) {
    let pen = Pen { painter, rect, color, stroke: Stroke::new((rect.width() / 9.0).max(1.5), color) };
    match icon {
        Icon::Cross => {
            pen.line(&[(0.2, 0.2), (0.8, 0.8)]);
            pen.line(&[(0.8, 0.2), (0.2, 0.8)]);
        }
        Icon::Pointer => {
            pen.fill(&[(0.25, 0.08), (0.25, 0.78), (0.43, 0.62)]);
            pen.fill(&[(0.25, 0.08), (0.43, 0.62), (0.74, 0.58)]);
            pen.line(&[(0.43, 0.56), (0.57, 0.92)]);
        }
        Icon::Mark => {
            painter.circle_stroke(pen.at((0.5, 0.5)), rect.width() * 0.38, pen.stroke);
            painter.circle_filled(pen.at((0.5, 0.5)), rect.width() * 0.12, color);
        }
        Icon::Eye => {
            pen.line(&[
                (0.05, 0.5),
                (0.25, 0.3),
                (0.5, 0.22),
                (0.75, 0.3),
                (0.95, 0.5),
                (0.75, 0.7),
                (0.5, 0.78),
                (0.25, 0.7),
                (0.05, 0.5),
            ]);
            painter.circle_filled(pen.at((0.5, 0.5)), rect.width() * 0.15, color);
        }
        Icon::Fit => {
            for corner in [(0.12, 0.12), (0.88, 0.12), (0.88, 0.88), (0.12, 0.88)] {
                let inward = |at: f32| if at < 0.5 { at + 0.26 } else { at - 0.26 };
                pen.line(&[(inward(corner.0), corner.1), corner, (corner.0, inward(corner.1))]);
            }
        }
        Icon::Screen => {
            pen.line(&[(0.06, 0.14), (0.94, 0.14), (0.94, 0.7), (0.06, 0.7), (0.06, 0.14)]);
            pen.line(&[(0.3, 0.9), (0.7, 0.9)]);
            pen.line(&[(0.5, 0.7), (0.5, 0.9)]);
        }
        Icon::Pause => {
            pen.block((0.2, 0.15), (0.4, 0.85));
            pen.block((0.6, 0.15), (0.8, 0.85));
        }
        Icon::Play => pen.fill(&[(0.25, 0.12), (0.85, 0.5), (0.25, 0.88)]),
        Icon::Warning => {
            pen.line(&[(0.5, 0.1), (0.95, 0.88), (0.05, 0.88), (0.5, 0.1)]);
            pen.line(&[(0.5, 0.4), (0.5, 0.63)]);
            painter.circle_filled(pen.at((0.5, 0.76)), rect.width() * 0.06, color);
        }
    }
}

struct Pen<'a> {
    painter: &'a Painter,
    rect: Rect,
    color: Color32,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        self.rect.min + vec2(x, y) * self.rect.size()
    }

    fn line(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::line(points.iter().map(|point| self.at(*point)).collect(), self.stroke));
    }

    fn fill(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|point| self.at(*point)).collect();
        self.painter.add(Shape::convex_polygon(points, self.color, Stroke::NONE));
    }

    fn block(&self, from: (f32, f32), to: (f32, f32)) {
        self.painter.rect_filled(Rect::from_min_max(self.at(from), self.at(to)), 1.0, self.color);
    }
}
