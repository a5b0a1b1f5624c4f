import Balancer
import Testing

@Suite struct IdentifierSetTests {
    @Test func `a set of instances holds small and large positions`() {
        var set: InstanceSet = [InstanceID(index: 3), InstanceID(index: 63)]
        #expect(set.count == 2 && !set.isEmpty)
        for index in [64, 1000] {
            #expect(!set.contains(InstanceID(index: index)))
            set.insert(InstanceID(index: index))
            set.insert(InstanceID(index: index))
            #expect(set.contains(InstanceID(index: index)))
        }
        #expect(set.count == 4 && !set.contains(InstanceID(index: 65)) && !set.contains(InstanceID(index: 9999)))
        #expect(InstanceSet().isEmpty)
    }

    @Test func `sets of the same deployments are equal, however they came about`() {
        var first: DeploymentSet = [DeploymentID(index: 200), DeploymentID(index: 1)]
        var second = DeploymentSet()
        for index in [1, 200, 1] { second.insert(DeploymentID(index: index)) }
        #expect(first == second && first.count == 2)
        first.insert(DeploymentID(index: 64))
        #expect(first != second)
    }
}
