namespace InboundBridge.Importing.Writing;

/// <param name="Kind"><c>webhook</c> or <c>relay</c>.</param>
/// <param name="Options">Lines of YAML below the kind.</param>
internal sealed record ImportedDestination(string Name, string Kind, IReadOnlyList<string> Options);
