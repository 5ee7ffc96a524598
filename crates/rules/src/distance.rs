//! The distance between two points of the Earth: the meaning of `geoDistance`. The
//! SQL is the same steps in the same order (`sql/function.rs`).

/// The mean radius of the Earth in kilometres, as PocketBase has it.
pub(crate) const RADIUS: u32 = 6371;

/// Kilometres along a great circle (haversine), to the nearest millimetre; none
/// where the numbers are no angles.
// INVARIANT: sines of two mathematical libraries may differ in their last bit. A
// millimetre is far beyond that, so that engines agree on what rules ask for.
pub(crate) fn kilometres(lon_a: f64, lat_a: f64, lon_b: f64, lat_b: f64) -> Option<f64> {
    let radians = |degrees: f64| degrees * (std::f64::consts::PI / 180.0);
    let s = (radians(lat_b - lat_a) / 2.0).sin();
    let c = radians(lat_a).cos() * radians(lat_b).cos();
    let t = (radians(lon_b - lon_a) / 2.0).sin();
    let half_chord = (s * s + c * t * t).sqrt();
    if half_chord.is_nan() {
        return None;
    }
    let distance = 2.0 * f64::from(RADIUS) * half_chord.min(1.0).asin();
    Some((distance * 1e6 + 0.5).trunc() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::kilometres;

    #[test]
    fn distances_are_those_of_the_globe() {
        for (from, to, expected) in [
            ((0.0, 0.0), (0.0, 0.0), 0.0),
            ((23.32, 42.69), (23.32, 42.69), 0.0),
            // A degree along the equator, and a quarter of the globe.
            ((0.0, 0.0), (1.0, 0.0), 111.194_927),
            ((0.0, 0.0), (0.0, 90.0), 10_007.543_398),
            ((0.0, 0.0), (180.0, 0.0), 20_015.086_796),
            // Over the date line.
            ((179.5, 0.0), (-179.5, 0.0), 111.194_927),
            // Sofia and Varna.
            ((23.3219, 42.6977), (27.9147, 43.2141), 378.101_988),
        ] {
            let found = kilometres(from.0, from.1, to.0, to.1);
            let back = kilometres(to.0, to.1, from.0, from.1);
            assert_eq!(found, back, "{from:?} {to:?}");
            let error = (found.unwrap() - expected).abs();
            assert!(error < 1e-5, "{from:?} {to:?}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_angle_is_nowhere() {
        assert_eq!(kilometres(1e308, 0.0, -1e308, 0.0), None);
    }
}
