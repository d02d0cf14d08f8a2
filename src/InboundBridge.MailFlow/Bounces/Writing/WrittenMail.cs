namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>A bounce as it is sent.</summary>
internal sealed record WrittenMail(byte[] Octets, string Subject);
