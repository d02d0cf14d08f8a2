using System.Diagnostics.Metrics;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception;

/// <summary>What comes in. Labels: the listener's name, the stage (<c>mail rcpt data</c>) and the reply's reason, all bounded.</summary>
public sealed class ReceptionMetrics
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _octets;
    private readonly Counter<long> _refused;
    private readonly Histogram<long> _size;

    public ReceptionMetrics(Meter meter)
    {
        _messages = meter.CreateCounter<long>("messages_received_total", description: "Messages that got 250.");
        _octets = meter.CreateCounter<long>("messages_received_bytes_total", "By", "Octets of messages that got 250.");
        _refused = meter.CreateCounter<long>("messages_refused_total", description: "Senders, recipients and messages refused.");
        _size = meter.CreateHistogram<long>("message_size_bytes", "By", "Octets a message.");
    }

    public void Received(string listener, long size)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("listener", listener));
        _octets.Add(size);
        _size.Record(size);
    }

    /// <summary>Counts a refusal and hands it back.</summary>
    public SmtpReply Refused(string stage, SmtpReply reply)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("stage", stage), new KeyValuePair<string, object?>("reason", reply.Reason ?? "other"));
        return reply;
    }
}
