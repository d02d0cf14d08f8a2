using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>A report as JSON (RFC 8460 §4.4), which is also how its figures are kept in the spool.</summary>
internal static class TlsReportJson
{
    public static byte[] Write(DomainTally tally, TlsReportTerms terms, string id)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets))
        {
            json.WriteStartObject();
            json.WriteString("organization-name", terms.Organization);
            json.WriteStartObject("date-range");
            json.WriteString("start-datetime", Instant(tally.Begin));
            // Both ends belong to the range.
            json.WriteString("end-datetime", Instant(tally.End.AddSeconds(-1)));
            json.WriteEndObject();
            json.WriteString("contact-info", terms.From);
            json.WriteString("report-id", id);
            json.WriteStartArray("policies");
            foreach (var policy in tally.Policies)
                Write(json, tally.Domain, policy);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return octets.WrittenSpan.ToArray();
    }

    /// <summary>Adds the figures of a report that <see cref="Write(DomainTally, TlsReportTerms, string)"/> wrote.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static void AddTo(DomainTally tally, ReadOnlySpan<byte> octets)
    {
        try
        {
            foreach (var policy in Of(JsonNode.Parse(octets), "policies").AsArray())
                Add(tally, policy);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            throw new JsonException("not a report of ours", fault);
        }
    }

    private static void Write(Utf8JsonWriter json, string domain, PolicyTally policy)
    {
        json.WriteStartObject();
        json.WriteStartObject("policy");
        json.WriteString("policy-type", policy.Type);
        Write(json, "policy-string", policy.Published.Lines);
        json.WriteString("policy-domain", domain);
        Write(json, "mx-host", policy.Published.Hosts);
        json.WriteEndObject();
        json.WriteStartObject("summary");
        json.WriteNumber("total-successful-session-count", policy.Successful);
        json.WriteNumber("total-failure-session-count", policy.Failed);
        json.WriteEndObject();
        json.WriteStartArray("failure-details");
        foreach (var (kind, times) in policy.Failures)
        {
            json.WriteStartObject();
            json.WriteString("result-type", kind.Result);
            json.WriteString("receiving-mx-hostname", kind.Host);
            if (kind.Address.Length > 0)
                json.WriteString("receiving-ip", kind.Address);
            json.WriteNumber("failed-session-count", times);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Add(DomainTally tally, JsonNode? node)
    {
        var policy = Of(node, "policy");
        var published = new PublishedPolicy(Texts(Of(policy, "policy-string")), Texts(Of(policy, "mx-host")));
        if (tally.Find(Text(policy, "policy-type"), published) is not { } into)
            return;
        var summary = Of(node, "summary");
        into.Add(Count(summary, "total-successful-session-count"), Count(summary, "total-failure-session-count"));
        foreach (var failure in Of(node, "failure-details").AsArray())
        {
            var address = failure?["receiving-ip"]?.GetValue<string>() ?? string.Empty;
            into.Count(
                new FailureKind(Text(failure, "result-type"), Text(failure, "receiving-mx-hostname"), address),
                Count(failure, "failed-session-count"));
        }
    }

    private static JsonNode Of(JsonNode? node, string name) => node?[name] ?? throw new FormatException($"no {name}");

    private static string Text(JsonNode? node, string name) => Of(node, name).GetValue<string>();

    private static long Count(JsonNode? node, string name) => Of(node, name).GetValue<long>();

    private static string[] Texts(JsonNode list) => [.. list.AsArray().Select(text => text?.GetValue<string>() ?? string.Empty)];

    private static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
