using System.Globalization;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>The replies to ETRN (RFC 1985 §5.3).</summary>
internal static class QueueTurnReplies
{
    public static SmtpReply BadNode { get; } = SmtpReply.Create(501, 5, 4, "Syntax error in the node's name", "bad_arguments");

    public static SmtpReply Started(string node) => SmtpReply.Create(250, 0, 0, $"OK, queuing for node {node} started");

    public static SmtpReply Nothing(string node) => SmtpReply.Create(251, 0, 0, $"OK, no messages waiting for node {node}");

    public static SmtpReply Pending(string node, int count) =>
        SmtpReply.Create(253, 0, 0, string.Create(CultureInfo.InvariantCulture, $"OK, {count} pending messages for node {node} started"));

    public static SmtpReply Unable(string node) => SmtpReply.Create(458, 3, 0, $"Unable to queue messages for node {node}", "spool");

    public static SmtpReply NotAllowed(string node) => SmtpReply.Create(459, 7, 1, $"Node {node} not allowed", "etrn_not_allowed");
}
