import Testing

@testable import Server

struct QueryItemsTests {
    @Test(
        arguments: [
            (nil, [:]), ("", [:]), ("&&", [:]), ("a", ["a": ""]), ("a=", ["a": ""]), ("=1", ["": "1"]),
            ("team=team+one", ["team": "team one"]), ("team=team%20one", ["team": "team one"]),
            ("a+b=1%2B1&c=d=e", ["a b": "1+1", "c": "d=e"]), ("a=%C3%A9+%zz", ["a": "é %zz"]),
        ] as [(String?, [String: String])])
    func `a query is read as forms write it`(query: String?, expected: [String: String]) {
        let items = Dictionary(QueryItems(query).map { ($0.name, $0.value) }) { $1 }
        #expect(items == expected)
    }

    @Test func `order and repetitions stay`() {
        #expect(QueryItems("a=1&b=2&a=3").map(\.value) == ["1", "2", "3"])
    }
}
