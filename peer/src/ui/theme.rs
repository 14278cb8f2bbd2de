//! The look: calm, roomy, one accent colour, light and dark.

use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Theme, Visuals, vec2,
};

/// What a colour is for, in one theme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// Windows.
    pub(super) ground: Color32,
    /// Cards and fields that stand out from the ground.
    pub(super) raised: Color32,
    /// Lines around them.
    pub(super) line: Color32,
    /// Text.
    pub(super) text: Color32,
    /// Text that explains.
    pub(super) quiet: Color32,
    /// The one accent: what to press next.
    pub(super) accent: Color32,
    /// The accent under the pointer.
    pub(super) accent_over: Color32,
    /// Text on the accent.
    pub(super) on_accent: Color32,
    /// Control, and warnings about it.
    pub(super) alert: Color32,
    /// Text on it.
    pub(super) on_alert: Color32,
    /// A ground for warnings.
    pub(super) alert_ground: Color32,
}

const LIGHT: Palette = Palette {
    ground: Color32::from_rgb(0xf6, 0xf7, 0xf8),
    raised: Color32::from_rgb(0xff, 0xff, 0xff),
    line: Color32::from_rgb(0xd3, 0xd9, 0xdd),
    text: Color32::from_rgb(0x1b, 0x23, 0x29),
    quiet: Color32::from_rgb(0x56, 0x63, 0x6c),
    accent: Color32::from_rgb(0x0b, 0x6b, 0x78),
    accent_over: Color32::from_rgb(0x09, 0x58, 0x63),
    on_accent: Color32::WHITE,
    alert: Color32::from_rgb(0xb4, 0x45, 0x09),
    on_alert: Color32::WHITE,
    alert_ground: Color32::from_rgb(0xfd, 0xf1, 0xe3),
};

const DARK: Palette = Palette {
    ground: Color32::from_rgb(0x1b, 0x1f, 0x23),
    raised: Color32::from_rgb(0x26, 0x2c, 0x31),
    line: Color32::from_rgb(0x42, 0x4b, 0x52),
    text: Color32::from_rgb(0xec, 0xef, 0xf1),
    quiet: Color32::from_rgb(0xa9, 0xb4, 0xbb),
    accent: Color32::from_rgb(0x4f, 0xb9, 0xc6),
    accent_over: Color32::from_rgb(0x73, 0xcb, 0xd6),
    on_accent: Color32::from_rgb(0x06, 0x22, 0x26),
    alert: Color32::from_rgb(0xf5, 0x9e, 0x4b),
    on_alert: Color32::from_rgb(0x2b, 0x15, 0x02),
    alert_ground: Color32::from_rgb(0x3a, 0x2a, 0x1b),
};

/// The colours in use.
pub(super) fn palette(ctx: &egui::Context) -> &'static Palette {
    of(ctx.theme())
}

fn of(theme: Theme) -> &'static Palette {
    match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
    }
}

/// The size of text that is read first in a window.
pub(super) const TITLE: f32 = 24.0;
/// The size of ordinary text.
pub(super) const BODY: f32 = 16.0;
/// The size of text that explains.
pub(super) const SMALL: f32 = 14.0;

/// Dresses `ctx` in both themes; which one shows follows the system, light if it does not say.
pub(super) fn apply(ctx: &egui::Context) {
    ctx.options_mut(|options| options.fallback_theme = Theme::Light);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| dress(style, theme));
    }
}

fn dress(style: &mut Style, theme: Theme) {
    let font = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Heading, font(TITLE)),
        (TextStyle::Body, font(BODY)),
        (TextStyle::Button, font(BODY)),
        (TextStyle::Small, font(SMALL)),
        (TextStyle::Monospace, FontId::new(BODY, FontFamily::Monospace)),
    ]
    .into();
    style.spacing.item_spacing = vec2(10.0, 10.0);
    style.spacing.button_padding = vec2(14.0, 8.0);
    style.spacing.interact_size.y = 36.0;
    style.spacing.window_margin = Margin::same(16);
    // Within the narrowest window.
    style.spacing.tooltip_width = 360.0;
    // Every animation would paint the widgets many times for what one painting shows.
    style.animation_time = 0.0;
    style.visuals = visuals(theme);
}

fn visuals(theme: Theme) -> Visuals {
    let palette = of(theme);
    let mut visuals = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    visuals.panel_fill = palette.ground;
    visuals.window_fill = palette.raised;
    visuals.extreme_bg_color = palette.raised;
    visuals.faint_bg_color = palette.raised;
    visuals.weak_text_color = Some(palette.quiet);
    visuals.hyperlink_color = palette.accent;
    visuals.selection.bg_fill = palette.accent.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.5, palette.accent);
    visuals.text_cursor.blink = false;
    let round = CornerRadius::same(8);
    let widgets = &mut visuals.widgets;
    for widget in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        widget.corner_radius = round;
        widget.expansion = 0.0;
        widget.fg_stroke = Stroke::new(1.0, palette.text);
        widget.bg_stroke = Stroke::new(1.0, palette.line);
        widget.weak_bg_fill = palette.raised;
        widget.bg_fill = palette.raised;
    }
    widgets.hovered.bg_stroke = Stroke::new(1.5, palette.accent);
    widgets.active.bg_stroke = Stroke::new(2.0, palette.accent);
    visuals
}
