/// Every provider there is: each back says its own.
public enum Providers {
    /// In the order in which they are listed to people.
    public static let all: [ProviderProfile] = BackForm.all.flatMap { $0.providers }

    /// The provider of this name.
    public static func named(_ name: String) -> ProviderProfile? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
