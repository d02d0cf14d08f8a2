using System.Globalization;
using System.Text.Json;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>
/// Reads an SMTP TLS report (RFC 8460 §4) while it is unpacked. Members may come in any order; of two with one name the last counts.
/// </summary>
internal sealed class TlsReportReader(JsonTokens tokens, ProblemList problems)
{
    private const int MostPolicies = 1000;

    /// <summary>Most failures of all policies together.</summary>
    private const int MostFailures = 10_000;

    /// <summary>Octets of memory of a policy or a failure besides its texts.</summary>
    private const int ItemOctets = 128;

    private readonly ReportAllowance _allowance = new();
    private int _failures;

    /// <exception cref="UnpackLimitException">A cap is exceeded.</exception>
    public static TlsReport? Read(PeekStream content, ProblemList problems)
    {
        if (content.Peek(3) is [0xEF, 0xBB, 0xBF])
            content.Skip(3);
        try
        {
            using var tokens = new JsonTokens(content);
            return new TlsReportReader(tokens, problems).Report();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second exception means a string that is not UTF-8.
            problems.Add("a TLS report is not valid JSON");
            return null;
        }
    }

    private TlsReport? Report()
    {
        var report = new TlsReport(null, null, null, null, null, []);
        var isReport = false;
        tokens.Read();
        Members(name =>
        {
            isReport |= name is "policies" or "organization-name";
            report = name switch
            {
                "organization-name" => report with { Organization = Text() },
                "contact-info" => report with { Contact = Text() },
                "report-id" => report with { ReportId = Text() },
                "date-range" => Range(report),
                "policies" => report with { Policies = Items(MostPolicies, "policies", Policy) },
                _ => Skipped(report),
            };
        });
        return isReport ? report : null;
    }

    private TlsReport Range(TlsReport report)
    {
        Members(name => report = name switch
        {
            "start-datetime" => report with { Begin = Instant(Text()) },
            "end-datetime" => report with { End = Instant(Text()) },
            _ => Skipped(report),
        });
        return report;
    }

    private TlsReportPolicy Policy()
    {
        var policy = new TlsReportPolicy(null, [], null, [], 0, 0, []);
        Members(name => policy = name switch
        {
            "policy" => Declared(policy),
            "summary" => Summary(policy),
            "failure-details" => policy with { Failures = Items(MostFailures, "failures", Failure) },
            _ => Skipped(policy),
        });
        return policy;
    }

    private TlsReportPolicy Declared(TlsReportPolicy policy)
    {
        Members(name => policy = name switch
        {
            "policy-type" => policy with { PolicyType = Text() },
            "policy-string" => policy with { PolicyString = Texts() },
            "policy-domain" => policy with { PolicyDomain = Text() },
            "mx-host" => policy with { MxHosts = Texts() },
            _ => Skipped(policy),
        });
        return policy;
    }

    private TlsReportPolicy Summary(TlsReportPolicy policy)
    {
        Members(name => policy = name switch
        {
            "total-successful-session-count" => policy with { Successful = Count() },
            "total-failure-session-count" => policy with { Failed = Count() },
            _ => Skipped(policy),
        });
        return policy;
    }

    private TlsReportFailure Failure()
    {
        var failure = new TlsReportFailure(null, null, null, null, null, 0, null, null);
        string? moreUri = null;
        string? errorCode = null;
        _failures++;
        Members(name =>
        {
            failure = name switch
            {
                "result-type" => failure with { ResultType = Text() },
                "sending-mta-ip" => failure with { SendingMtaIp = Text() },
                "receiving-mx-hostname" => failure with { ReceivingMxHostname = Text() },
                "receiving-mx-helo" => failure with { ReceivingMxHelo = Text() },
                "receiving-ip" => failure with { ReceivingIp = Text() },
                "failed-session-count" => failure with { FailedSessions = Count() },
                "additional-information" => failure with { AdditionalInformation = Text() },
                "failure-reason-code" => failure with { FailureReasonCode = Text() },
                _ => failure,
            };
            // Names from older drafts count where the current ones are missing.
            if (name == "additional-info-uri")
                moreUri = Text();
            else if (name == "failure-error-code")
                errorCode = Text();
            else
                tokens.Skip();
        });
        return failure with
        {
            AdditionalInformation = failure.AdditionalInformation ?? moreUri,
            FailureReasonCode = failure.FailureReasonCode ?? errorCode
        };
    }

    /// <summary>Reads the object that begins here; the action reads each value to its end. Any other value is skipped.</summary>
    private void Members(Action<string> read)
    {
        if (tokens.Type != JsonTokenType.StartObject)
        {
            tokens.Skip();
            return;
        }
        while (tokens.Read() && tokens.Type == JsonTokenType.PropertyName)
        {
            var name = tokens.Text!;
            tokens.Read();
            read(name);
        }
    }

    private List<T> Items<T>(int most, string what, Func<T> read)
    {
        var items = new List<T>();
        if (tokens.Type != JsonTokenType.StartArray)
        {
            tokens.Skip();
            return items;
        }
        var depth = tokens.Depth;
        while (tokens.Read() && tokens.Type != JsonTokenType.EndArray)
        {
            if (items.Count >= most || _failures >= MostFailures || _allowance.IsSpent)
            {
                problems.Add($"a TLS report has more than {most} {what} or more text than is kept; the rest was not read");
                tokens.SkipTo(depth);
                break;
            }
            _allowance.Take(ItemOctets);
            items.Add(read());
        }
        return items;
    }

    /// <summary>RFC 8460 has arrays here; some senders write a single string.</summary>
    private List<string> Texts() => tokens.Type == JsonTokenType.String
        ? [Text()!]
        : [.. Items(MostPolicies, "texts", Text).OfType<string>()];

    private string? Text()
    {
        tokens.Skip();
        return tokens.Type == JsonTokenType.String ? _allowance.Keep(tokens.Text) : null;
    }

    private long Count()
    {
        tokens.Skip();
        if (tokens.Type == JsonTokenType.Number)
            return tokens.Number ?? 0;
        return tokens.Type == JsonTokenType.String
            && long.TryParse(tokens.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private T Skipped<T>(T value)
    {
        tokens.Skip();
        return value;
    }

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
