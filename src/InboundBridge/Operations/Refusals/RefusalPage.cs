namespace InboundBridge.Operations.Refusals;

/// <param name="Items">Newest first.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
public sealed record RefusalPage(IReadOnlyList<Refusal> Items, long? Next);
