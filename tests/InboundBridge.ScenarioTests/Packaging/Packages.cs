namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>The scenarios of packages share what is slow to make, and run one after the other.</summary>
[CollectionDefinition(nameof(Packages))]
public sealed class Packages : ICollectionFixture<PackageFixture>;
