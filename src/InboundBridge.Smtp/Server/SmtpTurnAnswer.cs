using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>What a receiver answers to ATRN.</summary>
/// <param name="Reply">250 when the roles turn, otherwise the refusal.</param>
/// <param name="Turn">Who takes the connection over; null with a refusal.</param>
public sealed record SmtpTurnAnswer(SmtpReply Reply, ISmtpTurn? Turn = null);
