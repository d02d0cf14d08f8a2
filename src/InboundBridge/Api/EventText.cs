using System.Text.Json;
using InboundBridge.Api.Json;
using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Api;

/// <summary>Writes server-sent events, as UTF-8.</summary>
internal static class EventText
{
    /// <summary>The name of the event that says how many were left out.</summary>
    public const string Missed = "missed";

    /// <summary>The kinds of <see cref="QueueEvent"/>, and <see cref="Missed"/>.</summary>
    public static readonly string[] Kinds =
    [
        "received", "delivered", "retrying", "dead", "cancelled", "retried", "released", "replayed", "deleted", "paused", "resumed",
        "circuit_opened", "circuit_closed", Missed,
    ];

    /// <summary>The kind of the lines about refusals, which only pages show: <c>/events</c> tells of the queue.</summary>
    public const string Refused = "refused";

    /// <summary>The kinds of which pages tell.</summary>
    public static readonly string[] PageKinds = [.. Kinds.Where(kind => kind != Missed), Refused];

    /// <summary>A comment, which only keeps the connection open.</summary>
    public static ReadOnlySpan<byte> Beat => ": beat\n\n"u8;

    public static byte[] Of(QueueEvent happened) => Of(happened.Kind, EventJson.Of(happened));

    public static byte[] OfMissed(long count) => Of(Missed, new { Count = count });

    private static byte[] Of<T>(string kind, T data)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(data, ApiJson.Options);
        return [.. "event: "u8, .. System.Text.Encoding.ASCII.GetBytes(kind), .. "\ndata: "u8, .. json, .. "\n\n"u8];
    }
}
