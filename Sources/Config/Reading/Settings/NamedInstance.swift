/// An entry of `drover.instances`: a name for an instance, and what is known of it.
struct NamedInstance {
    let name: String
    let base: Located<BaseURL>
    /// Bytes that it has for models.
    var memory: Located<Int>?
}
