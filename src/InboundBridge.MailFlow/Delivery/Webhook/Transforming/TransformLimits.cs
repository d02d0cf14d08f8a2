namespace InboundBridge.MailFlow.Delivery.Webhook.Transforming;

/// <summary>Limits on what a transform may return.</summary>
internal sealed record TransformLimits
{
    public static TransformLimits Default { get; } = new();

    /// <summary>Octets of the body as it is sent. All texts of a script together have at most 1 MB of characters.</summary>
    public int Body { get; init; } = 4 * 1024 * 1024;

    /// <summary>Headers in number. No API asks for more than a few.</summary>
    public int Headers { get; init; } = 50;

    /// <summary>Octets of all headers together. Servers commonly accept 8 to 16 KB for a whole header, ours included.</summary>
    public int HeaderOctets { get; init; } = 6 * 1024;

    /// <summary>Characters. RFC 9110 §4.1 asks servers to take 8,000 octets, the path and the query included.</summary>
    public int Url { get; init; } = 8_000;
}
