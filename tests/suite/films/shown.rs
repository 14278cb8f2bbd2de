//! The film above the picture on the helper's side, whichever of the two lanes is ahead; and what a host may not do.

use entraide::canvas::Canvas;
use entraide::media::projector::{FilmFault, Projector, Projectors};
use entraide::media::receive::{FrameFault, Receiver};
use entraide::video::{Decode, DecodeError, OpenError};
use entraide_common::limits;
use entraide_common::screen::film::Area;
use entraide_common::screen::{Encoder, Picture, Rect, Size};
use entraide_common::wire::film::{Begin, Film, FilmAck, Plays, Shot};
use entraide_common::wire::screen::{Frame, Playing, Region};
use entraide_common::wire::video::VideoCodec;

const SCREEN: Size = Size { width: 256, height: 192 };
/// Four tiles, two of them whole.
const PLACE: Rect = Rect { x: 64, y: 64, width: 128, height: 72 };

fn filled(size: Size, colour: u32) -> Picture {
    let mut picture = Picture::black(size);
    picture.pixels_mut().fill(colour);
    picture
}

fn film(colour: u32) -> Picture {
    filled(Size { width: PLACE.width, height: PLACE.height }, colour)
}

/// Shows the film of that number in these tiles.
fn region(version: u32, film: u32, tiles: &[usize]) -> Region {
    let mut area = Area::new(PLACE);
    tiles.iter().for_each(|&tile| area.set(tile, true));
    let film = (!tiles.is_empty()).then_some(Playing { film, area });
    Region { generation: 1, version, with_frame: false, film }
}

/// The colours in the middle of the first two tiles.
fn shown(canvas: &Canvas) -> [u32; 2] {
    canvas.with(|painting| {
        let picture = painting.picture().expect("a picture");
        [100, 160].map(|x| picture.pixels()[80 * SCREEN.width as usize + x])
    })
}

#[test]
fn a_tile_shows_the_film_only_while_it_belongs_to_it() {
    let canvas = Canvas::default();
    let below = filled(SCREEN, 1);
    canvas.publish(&below, &[]);
    canvas.with(|painting| painting.take_damage());

    // The film is ahead: nothing of it is shown before its place is known.
    canvas.screen(7, 1, &film(10));
    assert_eq!(shown(&canvas), [1, 1]);
    canvas.change(region(1, 7, &[0]), &below);
    assert_eq!(shown(&canvas), [10, 1]);
    assert_eq!(canvas.with(|painting| painting.take_damage()), [Area::new(PLACE).tile(0)]);

    // A second tile joins; a frame from before that is none of it.
    canvas.change(region(2, 7, &[0, 1]), &below);
    canvas.screen(7, 1, &film(11));
    assert_eq!(shown(&canvas), [11, 1]);
    canvas.screen(7, 2, &film(12));
    assert_eq!(shown(&canvas), [12, 12]);

    // What is drawn below the film stays below.
    let mut drawn = below.clone();
    drawn.pixels_mut().fill(2);
    canvas.publish(&drawn, &[SCREEN.rect()]);
    assert_eq!(shown(&canvas), [12, 12]);

    // One leaves with the frame that draws it; a frame of the film that is late does not bring it back.
    let mut fresh = drawn.clone();
    fresh.pixels_mut().fill(3);
    canvas.publish_with(&fresh, &[Area::new(PLACE).tile(1)], region(3, 7, &[0]));
    assert_eq!(shown(&canvas), [12, 3]);
    canvas.screen(7, 2, &film(13));
    assert_eq!(shown(&canvas), [13, 3]);

    // Another film in the same place keeps what is shown until its first frame; the old one's frames are over.
    canvas.change(region(4, 8, &[0]), &fresh);
    canvas.screen(7, 4, &film(14));
    assert_eq!(shown(&canvas), [13, 3]);
    canvas.screen(8, 4, &film(15));
    assert_eq!(shown(&canvas), [15, 3]);

    canvas.change(region(5, 8, &[]), &fresh);
    assert_eq!(shown(&canvas), [3, 3]);
    canvas.begin();
    canvas.screen(8, 5, &film(16));
    assert_eq!(shown(&canvas), [3, 3]);
}

#[test]
fn a_region_that_cannot_be_is_the_host_s_fault() {
    let canvas = Canvas::default();
    let payload = Encoder::new(SCREEN).encode(&filled(SCREEN, 5), &[]).expect("the first frame");
    let frame = Frame { generation: 1, sequence: 0, captured_us: 0, payload };
    let refused = |receiver: &mut Receiver, region| {
        matches!(receiver.change(region, &canvas), Err(FrameFault::Region { .. }))
    };
    let mut receiver = Receiver::default();
    assert!(refused(&mut receiver, region(1, 1, &[0])), "before any picture");
    receiver.draw(&frame, &canvas).expect("a frame of our own");
    assert!(!refused(&mut receiver, region(1, 1, &[0])));
    assert!(refused(&mut receiver, Region { generation: 2, ..region(2, 1, &[0]) }), "of no picture");
    let mut outside = Area::new(Rect { x: 192, ..PLACE });
    outside.set(0, true);
    let film = Some(Playing { film: 1, area: outside });
    assert!(refused(&mut receiver, Region { film, ..region(2, 1, &[]) }), "beyond its edge");
}

/// Decoders of which so many fail.
struct Paint {
    failures: u32,
}

impl Projectors for Paint {
    fn codecs(&self) -> &[VideoCodec] {
        &[VideoCodec::H264]
    }

    fn open(&self, _: VideoCodec, _: Size) -> Result<Box<dyn Decode>, OpenError> {
        Ok(Box::new(Self { failures: self.failures }))
    }
}

impl Decode for Paint {
    fn decode(&mut self, bytes: &[u8], picture: &mut Picture) -> Result<(), DecodeError> {
        match self.failures {
            0 => picture.pixels_mut().fill(u32::from(bytes[0])),
            _ => return Err(DecodeError::Over),
        }
        Ok(())
    }
}

fn begin(film: u32) -> Film {
    Film::Begin(Begin { film, codec: 1, width: 128, height: 72 })
}

fn shot(version: u32) -> Film {
    Film::Shot(Shot { version, captured_us: 0, payload: vec![9] })
}

#[test]
fn every_shot_is_answered_and_a_decoder_that_fails_is_given_up_at_last() {
    let canvas = Canvas::default();
    canvas.publish(&filled(SCREEN, 1), &[]);
    let mut projector = Projector::new(Box::new(Paint { failures: 0 }));
    let mut play = |film| projector.play(film, &canvas).expect("within the rules");
    assert_eq!(play(shot(1)), [FilmAck::Shown(())], "of no film: left out");
    assert_eq!(play(begin(1)), []);
    canvas.change(region(1, 1, &[0, 1]), &filled(SCREEN, 1));
    assert_eq!(play(shot(1)), [FilmAck::Shown(())]);
    assert_eq!(shown(&canvas), [9, 9]);
    assert_eq!(play(Film::End(())), []);

    let mut projector = Projector::new(Box::new(Paint { failures: 1 }));
    let plays = |codecs: &[u8]| FilmAck::Plays(Plays { codecs: codecs.to_vec() });
    assert_eq!(projector.plays(), plays(&[1]));
    for film in 1..limits::FILM_FAILURES {
        projector.play(begin(film), &canvas).expect("within the rules");
        let said = projector.play(shot(1), &canvas).expect("within the rules");
        assert_eq!(said, [FilmAck::Again(film), FilmAck::Shown(())]);
    }
    projector.play(begin(9), &canvas).expect("within the rules");
    let said = projector.play(shot(1), &canvas).expect("within the rules");
    assert_eq!(said, [plays(&[]), FilmAck::Shown(())]);
    assert_eq!(projector.plays(), plays(&[]), "on the next link too");
}

#[test]
fn a_host_that_begins_films_without_end_is_refused() {
    let canvas = Canvas::default();
    let mut projector = Projector::new(Box::new(Paint { failures: 0 }));
    for film in 0..limits::FILM_BEGINNINGS as u32 {
        projector.play(begin(film), &canvas).expect("within the rules");
    }
    let refused = projector.play(begin(1_000), &canvas);
    assert!(matches!(refused, Err(FilmFault::Beginnings)));
}
