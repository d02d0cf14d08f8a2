namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>A destination that was asked does not take the mail.</summary>
/// <param name="IsTemporary">The sender may come again.</param>
/// <param name="Words">What the destination wants the sender to read, as it sent it; empty where it said nothing.</param>
/// <param name="Detail">For our own log.</param>
public sealed record AskRefusal(string Destination, bool IsTemporary, string Words, string Detail);
