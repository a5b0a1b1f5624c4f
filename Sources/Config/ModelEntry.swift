/// An entry of `model_list` that stands in no file.
public struct ModelEntry: Sendable, Equatable {
    /// Stands for the file's name in what is said of it.
    public var name: String
    /// The entry as a JSON object.
    public var json: String

    /// An entry of this name.
    public init(name: String, json: String) { (self.name, self.json) = (name, json) }
}
