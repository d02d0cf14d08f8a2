using System.Globalization;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>The extensions that the server offers in its reply to EHLO or LHLO.</summary>
public sealed record SmtpExtensions
{
    /// <summary>For a server that knows only HELO.</summary>
    public static SmtpExtensions None { get; } = new();

    public bool Pipelining { get; init; }

    public bool EightBitMime { get; init; }

    public bool SmtpUtf8 { get; init; }

    public bool Chunking { get; init; }

    public bool BinaryMime { get; init; }

    public bool Dsn { get; init; }

    public bool StartTls { get; init; }

    public bool RequireTls { get; init; }

    /// <summary>RFC 1870 §4. <see cref="SizeLimit"/> is null when the server names no limit.</summary>
    public bool Size { get; init; }

    /// <summary>Octets; null for no fixed limit.</summary>
    public long? SizeLimit { get; init; }

    /// <summary>RFC 9422: recipients in one transaction.</summary>
    public int? RecipientLimit { get; init; }

    /// <summary>RFC 9422: transactions in one session.</summary>
    public int? MailLimit { get; init; }

    /// <summary>In upper case, in the server's order.</summary>
    public IReadOnlyList<string> AuthMechanisms { get; init; } = [];

    public bool Knows(string mechanism) => AuthMechanisms.Contains(mechanism, StringComparer.Ordinal);

    /// <summary>
    /// Parses the reply to EHLO: after the first line each line is an extension (RFC 5321 §4.1.1.1). Unknown extensions are ignored.
    /// </summary>
    public static SmtpExtensions From(SmtpReply ehlo)
    {
        var offered = None;
        foreach (var line in ehlo.Text.Split('\n').Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length > 0)
                offered = offered.With(words[0].ToUpperInvariant(), words.AsSpan(1));
        }
        return offered;
    }

    private SmtpExtensions With(string keyword, ReadOnlySpan<string> arguments) => keyword switch
    {
        "PIPELINING" => this with { Pipelining = true },
        "8BITMIME" => this with { EightBitMime = true },
        "SMTPUTF8" => this with { SmtpUtf8 = true },
        "CHUNKING" => this with { Chunking = true },
        "BINARYMIME" => this with { BinaryMime = true },
        "DSN" => this with { Dsn = true },
        "STARTTLS" => this with { StartTls = true },
        "REQUIRETLS" => this with { RequireTls = true },
        "SIZE" => this with { Size = true, SizeLimit = arguments.Length > 0 ? Limit(arguments[0]) : null },
        "AUTH" => this with { AuthMechanisms = [.. AuthMechanisms, .. Upper(arguments)] },
        // A form from before RFC 2554, which old servers send in addition to the current one.
        _ when keyword.StartsWith("AUTH=", StringComparison.Ordinal) =>
            this with { AuthMechanisms = [.. AuthMechanisms, keyword[5..], .. Upper(arguments)] },
        "LIMITS" => WithLimits(arguments),
        _ => this,
    };

    private SmtpExtensions WithLimits(ReadOnlySpan<string> arguments)
    {
        var result = this;
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || Limit(argument[(equals + 1)..]) is not { } value)
                continue;
            var limit = (int)Math.Min(value, int.MaxValue);
            result = argument[..equals].ToUpperInvariant() switch
            {
                "RCPTMAX" => result with { RecipientLimit = limit },
                "MAILMAX" => result with { MailLimit = limit },
                _ => result,
            };
        }
        return result;
    }

    /// <summary>Null for zero, which means no limit (RFC 1870 §4), and for text that is not a number.</summary>
    private static long? Limit(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;

    private static string[] Upper(ReadOnlySpan<string> words)
    {
        var upper = new string[words.Length];
        for (var index = 0; index < words.Length; index++)
            upper[index] = words[index].ToUpperInvariant();
        return upper;
    }
}
