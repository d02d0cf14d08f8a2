using System.Diagnostics.Metrics;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Metrics of received messages; the session counts refusals. Label: the listener's name.</summary>
public sealed class ReceptionMetrics
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _octets;
    private readonly Histogram<long> _size;

    public ReceptionMetrics(Meter meter)
    {
        _messages = meter.CreateCounter<long>("messages_received_total", description: "Messages that got 250.");
        _octets = meter.CreateCounter<long>("messages_received_bytes_total", "By", "Octets of messages that got 250.");
        _size = meter.CreateHistogram<long>("message_size_bytes", "By", "Octets a message.");
    }

    public void Received(string listener, long size)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("listener", listener));
        _octets.Add(size);
        _size.Record(size);
    }
}
