/// Which of the tools a model may, or must, call.
enum ToolChoice {
    case auto, never, required
    /// One of them, by the JSON string of its name.
    case function(JSONValue)
    /// Anything that no back knows.
    case other
}

/// A search of the web that the provider makes itself.
struct WebSearch {
    enum Size { case low, medium, high }

    /// How much of what is found the model reads.
    let size: Size?
    /// Where the user is: an object of `city`, `region`, `country` and `timezone`.
    let place: JSONValue?
}
