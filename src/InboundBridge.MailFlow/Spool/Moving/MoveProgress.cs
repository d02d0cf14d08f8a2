namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>How far a run has come.</summary>
/// <param name="Doing">What it does now, for people.</param>
public readonly record struct MoveProgress(string Doing, long Messages, long Octets);
