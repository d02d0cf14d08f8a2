using System.Diagnostics;
using System.Net;

namespace InboundBridge.MailFlow.Tracing;

/// <summary>
/// The trace of one mail from MAIL to the reply to its data. Whether it is traced at all is decided here, once for all spans.
/// </summary>
internal sealed class MailTrace : IDisposable
{
    private readonly Activity _root;
    private bool _isOver;

    private MailTrace(Activity root) => _root = root;

    /// <summary>As in the header <c>traceparent</c> (W3C Trace Context): what is kept with the message.</summary>
    public string Parent => _root.Id!;

    /// <param name="protocol"><c>smtp</c> or <c>lmtp</c>.</param>
    /// <returns>Null: the mail is not traced.</returns>
    public static MailTrace? Begin(string messageId, string listener, string protocol, IPAddress? client)
    {
        if (MailTracing.Begin("mail receive", ActivityKind.Server, default) is not { } root)
            return null;
        root.SetTag("inboundbridge.message.id", messageId);
        root.SetTag("inboundbridge.listener", listener);
        root.SetTag("network.protocol.name", protocol);
        if (client is not null)
            root.SetTag("client.address", client.ToString());
        return new MailTrace(root);
    }

    /// <summary>A part of the way, until it is disposed.</summary>
    public Step Begin(string name) => new(MailTracing.Begin(name, ActivityKind.Internal, _root.Context));

    /// <summary>The code of the reply to the data, or of the first one on LMTP.</summary>
    public void Answered(int code) => _root.SetTag("smtp.response.code", code);

    public void Dispose()
    {
        if (_isOver)
            return;
        _isOver = true;
        MailTracing.End(_root);
    }

    internal readonly struct Step(Activity? span) : IDisposable
    {
        public void Dispose()
        {
            if (span is not null)
                MailTracing.End(span);
        }
    }
}
