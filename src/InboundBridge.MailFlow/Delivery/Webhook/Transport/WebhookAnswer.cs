using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>The answer of a receiver. Only the first line of a readable body is kept, for people.</summary>
/// <param name="Host">The receiver.</param>
/// <param name="After">From Retry-After; null when that is absent, unreadable or in the past.</param>
/// <param name="FirstLine">Empty when the body is neither plain text nor JSON.</param>
internal sealed record WebhookAnswer(int Status, string Reason, string Host, TimeSpan? After, string FirstLine)
{
    /// <summary>
    /// Octets of a body that are read so that the connection can be used again. The connection of a longer body is closed.
    /// </summary>
    public const int BodyLimit = 64 * 1024;

    /// <summary>Octets of a body in which the first line is searched.</summary>
    private const int LineLimit = 512;

    private const int LineCharacters = 300;

    /// <summary>The first line is of a <c>text/plain</c> body, which is meant to be read by the sender where a mail is refused.</summary>
    public bool IsPlainText { get; init; }

    /// <summary>For the queue. A receiver has no enhanced status codes.</summary>
    public DeliveryReply Reply => new(Status, null, Text, Host);

    /// <summary>One line for the log and for the delivery's history.</summary>
    private string Text => FirstLine.Length == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Status} {Reason}").TrimEnd()
        : string.Create(CultureInfo.InvariantCulture, $"{Status} {Reason}").TrimEnd() + ": " + FirstLine;

    /// <summary>Reads an answer. The status alone decides: a body that is cut off, endless or too slow changes nothing.</summary>
    /// <param name="cancellationToken">Ends reading the body; the answer counts without the rest.</param>
    public static async ValueTask<WebhookAnswer> ReadAsync(
        HttpResponseMessage response, string host, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var readable = type is "text/plain" or "application/json" or "application/problem+json";
        var line = response.Content.Headers.ContentLength == 0 ? string.Empty : await ReadBodyAsync(response, readable, cancellationToken);
        var after = RetryAfter(response.Headers.RetryAfter, now);
        return new WebhookAnswer((int)response.StatusCode, OneLine(response.ReasonPhrase ?? string.Empty), host, after, line)
        {
            IsPlainText = type is "text/plain",
        };
    }

    private static async ValueTask<string> ReadBodyAsync(HttpResponseMessage response, bool readable, CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(4096);
        var kept = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var total = 0;
            while (total < BodyLimit && await stream.ReadAsync(chunk.AsMemory(kept), cancellationToken) is > 0 and var count)
            {
                kept = readable ? Math.Min(kept + count, LineLimit) : 0;
                total += count;
            }
            return FirstLineOf(chunk.AsSpan(0, kept));
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException)
        {
            // The receiver stopped or is too slow; its status was complete.
            return FirstLineOf(chunk.AsSpan(0, kept));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? value, DateTimeOffset now)
    {
        var after = value?.Delta ?? (value?.Date is { } date ? date - now : null);
        return after > TimeSpan.Zero ? after : null;
    }

    private static string FirstLineOf(ReadOnlySpan<byte> octets)
    {
        var text = octets.TrimStart(" \t\r\n"u8);
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return OneLine(Encoding.UTF8.GetString(end < 0 ? text : text[..end]));
    }

    private static string OneLine(string text)
    {
        return OneLineText.Of(CutText.At(text, LineCharacters)).TrimEnd();
    }
}
