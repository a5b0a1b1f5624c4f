/// The facts in an instance's list of models that a request for one of them is written by.
public struct ModelListing: Sendable, Equatable {
    /// Whether it says that the model cannot think.
    public var lacksThinking: Bool
    /// The model's name as the instance spells it; nil: as the deployment does.
    public var spelling: String?

    /// Facts with these values.
    public init(lacksThinking: Bool = false, spelling: String? = nil) {
        self.lacksThinking = lacksThinking
        self.spelling = spelling
    }

    /// Nothing is known.
    public static let unknown = ModelListing()
}
