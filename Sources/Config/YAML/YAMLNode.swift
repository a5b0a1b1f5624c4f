/// One node of a YAML text as it is written; aliases are already followed.
struct YAMLNode {
    /// A text and how it stands there.
    struct Scalar {
        var text: String
        /// Without quotes, and no block.
        var isPlain: Bool
        /// Text whatever it reads like: quoted, a block, or tagged as a string.
        var isText: Bool
    }

    /// What a node holds.
    enum Content {
        case scalar(Scalar)
        case sequence([YAMLNode])
        /// In the order of the file, with the keys that are written twice.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    var content: Content
    /// Where it begins; of an alias, where its anchor stands.
    var mark: SourceMark
}

/// A text that is not YAML, or YAML that is no configuration by its structure alone.
struct YAMLFault: Error {
    var mark: SourceMark
    var message: String

    static func tooLarge(_ mark: SourceMark) -> YAMLFault {
        YAMLFault(mark: mark, message: "the file is too large or nested too deeply once its aliases are followed")
    }
}
