/// Why a token opens nothing. Nothing of the token stands in it.
enum TokenFault: Error, Sendable, Equatable {
    /// It is none of the form that RFC 7519 gives them.
    case malformed(String)
    /// It is signed in a way that is not taken.
    case unusable(String)
    /// None of the keys that are known has signed it. They may be old.
    case unknownKey
    /// Its signature is not that of its key.
    case wrongSignature
    /// Its time is over, or has not come.
    case untimely(String)
    /// It is meant for somebody else, or comes from somebody else.
    case notForHere(String)
    /// It names nobody who may come in.
    case notAllowed(String)

    /// For people.
    var message: String {
        switch self {
        case .malformed(let text), .unusable(let text), .untimely(let text), .notForHere(let text),
            .notAllowed(let text):
            text
        case .unknownKey: "the token is signed with a key that the identity provider does not publish"
        case .wrongSignature: "the token's signature is wrong"
        }
    }
}
