//! Builds the program again when the dashboard was.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=dashboard/dist");
}
