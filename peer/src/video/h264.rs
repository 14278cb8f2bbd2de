//! The H.264 encoder: openh264 for films.
//!
//! Settings are those for a camera, not for a screen: text never comes here. One slice and one thread, because a region is
//! small, and because the helper's side takes nothing else. No key frames but those asked for, no skipped frames. The
//! level always says 5.2, so that the parameter sets depend on nothing but the size.

use entraide_common::limits;
use entraide_common::screen::{Picture, Rect, Size};
use entraide_common::video::colours::Planes;
use openh264::encoder::{
    BitRate, Complexity, EncodedBitStream, Encoder, EncoderConfig, FrameRate, Level, Profile, QpRange,
    RateControlMode, SpsPpsStrategy, UsageType, VuiConfig,
};
use openh264::formats::YUVSlices;
use openh264::{OpenH264API, Timestamp};

use super::rate::{self, Rate};
use super::{Budget, Encode, EncodeError};

/// How often it may say that a frame should be left out; each time it forgets a second's worth of what it wrote.
const TRIES: u32 = 10;

/// See the module.
pub(super) struct H264 {
    planes: Planes,
    /// None before the first frame and after a failure, so that the next one is fresh.
    running: Option<Running>,
}

struct Running {
    encoder: Encoder,
    rate: Rate,
}

impl H264 {
    /// For pictures of this size.
    pub(super) fn new(size: Size) -> Self {
        Self { planes: Planes::new(size), running: None }
    }
}

impl Encode for H264 {
    fn encode(
        &mut self,
        picture: &Picture,
        rect: Rect,
        budget: Budget,
        fresh: bool,
    ) -> Result<Vec<u8>, EncodeError> {
        let size = self.planes.size();
        if (rect.width, rect.height) != (size.width, size.height)
            || rect.intersection(picture.size().rect()) != Some(rect)
        {
            return Err(EncodeError::Rect { size, rect });
        }
        self.planes.take(picture, rect);
        // Where a key frame comes anyway, an encoder for about this budget costs nothing.
        let kept = self.running.take().filter(|running| !fresh || running.rate.suits(size, budget));
        let running = match kept {
            Some(mut running) => {
                if fresh {
                    running.encoder.force_intra_frame();
                }
                running
            }
            None => Running::start(size, budget)?,
        };
        let (running, frame) = running.encode(&self.planes, budget, fresh)?;
        self.running = Some(running);
        Ok(frame)
    }
}

impl Running {
    fn start(size: Size, budget: Budget) -> Result<Self, EncodeError> {
        let rate = Rate::new(size, budget);
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            // Medium and high take longer, and their pictures are no better.
            .complexity(Complexity::Low)
            .profile(Profile::Baseline)
            .level(Level::Level_5_2)
            .sps_pps_strategy(SpsPpsStrategy::ConstantId)
            .num_threads(1)
            // It complains on standard error if it may not; [`Rate`] never lets it come to that.
            .skip_frames(true)
            // A cut is coded as one frame as any other, within its budget.
            .scene_change_detect(false)
            // Both save nothing on films: at equal bytes the picture is 1 dB worse with a background that is told apart.
            .adaptive_quantization(false)
            .background_detection(false)
            // Below 12 nobody sees a difference; above 45 nobody sees the picture.
            .qp(QpRange::new(12, 45))
            .rate_control_mode(RateControlMode::Timestamp)
            .bitrate(BitRate::from_bps(rate.nominal()))
            .max_frame_rate(FrameRate::from_hz(rate::FRAMES as f32))
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)?;
        Ok(Self { encoder, rate })
    }

    /// One frame; the encoder is lost with a failure.
    fn encode(
        mut self,
        planes: &Planes,
        budget: Budget,
        fresh: bool,
    ) -> Result<(Self, Vec<u8>), EncodeError> {
        let Size { width, height } = planes.size();
        let [width, height] = [width, height].map(|side| side as usize);
        let source = YUVSlices::new(planes.each(), (width, height), (width, width / 2, width / 2));
        let mut at = self.rate.next(budget, fresh);
        for _try in 0..TRIES {
            let stream = self.encoder.encode_at(&source, Timestamp::from_millis(at)).map_err(failed)?;
            let frame = stream.to_vec();
            if frame.len() > limits::VIDEO_FRAME_BYTES {
                return Err(EncodeError::Failed(format!("it made a frame of {} bytes", frame.len())));
            }
            if !frame.is_empty() {
                self.rate.spent(slice_bytes(&stream));
                return Ok((self, frame));
            }
            at = self.rate.later();
        }
        Err(EncodeError::Failed("it leaves frames out".to_owned()))
    }
}

/// What the encoder counts as a frame's bytes: parameter sets are not among them.
fn slice_bytes(stream: &EncodedBitStream) -> usize {
    let layers = (0..stream.num_layers()).filter_map(|layer| stream.layer(layer));
    let slices = layers.filter(|layer| layer.is_video());
    slices
        .flat_map(|layer| (0..layer.nal_count()).map(move |unit| layer.nal_unit(unit).map_or(0, <[u8]>::len)))
        .sum()
}

fn failed(error: openh264::Error) -> EncodeError {
    EncodeError::Failed(error.to_string())
}
