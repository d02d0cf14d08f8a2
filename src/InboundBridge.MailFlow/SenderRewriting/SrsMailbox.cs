namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>A mailbox in the form in which SRS reads and writes it.</summary>
/// <param name="Local">Without quotes.</param>
public sealed record SrsMailbox(string Local, string Domain);
