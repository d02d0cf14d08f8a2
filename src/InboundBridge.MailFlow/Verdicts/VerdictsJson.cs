using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace InboundBridge.MailFlow.Verdicts;

/// <summary>
/// Writes the verdicts as the object <c>authentication</c> of payloads, API and <c>explain</c> (docs/sender.md).
/// <see cref="VerdictsReader"/> reads it.
/// </summary>
public static class VerdictsJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Octets. Usual verdicts have a third of it; a buffer that grew for others is not kept.</summary>
    private const int KeptBuffer = 4 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public static string Write(MailVerdicts verdicts)
    {
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(KeptBuffer);
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, verdicts);
        _buffer = buffer.Capacity > KeptBuffer ? null : buffer;
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, MailVerdicts verdicts)
    {
        json.WriteStartObject();
        json.WriteString("verdict"u8, verdicts.Verdict.Word());
        WriteTexts(json, "reasons"u8, verdicts.Reasons);
        json.WriteStartObject("iprev"u8);
        json.WriteString("result"u8, verdicts.Iprev.Result.Word());
        json.WriteString("name"u8, verdicts.Iprev.Name);
        json.WriteEndObject();
        WriteSpf(json, verdicts.Spf);
        json.WriteStartArray("dkim"u8);
        foreach (var signature in verdicts.Dkim)
            WriteSignature(json, signature);
        json.WriteEndArray();
        WriteDmarc(json, verdicts.Dmarc);
        WriteArc(json, verdicts.Arc);
        json.WriteStartArray("dnsbl"u8);
        foreach (var listing in verdicts.Dnsbl)
            WriteListing(json, listing);
        json.WriteEndArray();
        if (verdicts.DnsblProblems.Count > 0)
            WriteTexts(json, "dnsbl_problems"u8, verdicts.DnsblProblems);
        WriteSpam(json, verdicts.Spam);
        json.WriteString("virus"u8, verdicts.Virus);
        if (verdicts.VirusScanned)
            json.WriteBoolean("virus_scanned"u8, true);
        if (verdicts.Signatures is { } signatures)
        {
            json.WriteStartArray("signatures"u8);
            foreach (var signature in signatures)
                Write(json, signature);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SignatureVerdict signature)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, signature.Kind);
        json.WriteString("result"u8, signature.Result.Word());
        json.WriteString("signer"u8, signature.Signer);
        WriteIfAny(json, "reason"u8, signature.Reason);
        json.WriteEndObject();
    }

    private static void WriteSpf(Utf8JsonWriter json, SpfVerdict spf)
    {
        json.WriteStartObject("spf"u8);
        json.WriteString("result"u8, spf.Result.Word());
        json.WriteString("scope"u8, spf.Scope);
        json.WriteString("domain"u8, spf.Domain);
        json.WriteString("explanation"u8, spf.Explanation);
        json.WriteString("mechanism"u8, spf.Mechanism);
        WriteIfAny(json, "reason"u8, spf.Problem);
        json.WriteEndObject();
    }

    private static void WriteSignature(Utf8JsonWriter json, DkimVerdict signature)
    {
        json.WriteStartObject();
        json.WriteString("result"u8, signature.Result.Word());
        json.WriteString("reason"u8, signature.Reason);
        json.WriteString("domain"u8, signature.Domain);
        json.WriteString("identity"u8, signature.Identity);
        json.WriteString("selector"u8, signature.Selector);
        json.WriteString("algorithm"u8, signature.Algorithm);
        if (signature.Bits is { } bits)
            json.WriteNumber("bits"u8, bits);
        else
            json.WriteNull("bits"u8);
        if (signature.UnsignedOctets > 0)
            json.WriteNumber("unsigned_octets"u8, signature.UnsignedOctets);
        if (signature.UnsignedFields.Count > 0)
            WriteTexts(json, "unsigned_fields"u8, signature.UnsignedFields);
        if (signature.IsPartial)
            json.WriteBoolean("partial"u8, true);
        if (signature.IsTest)
            json.WriteBoolean("testing"u8, true);
        json.WriteEndObject();
    }

    private static void WriteDmarc(Utf8JsonWriter json, DmarcVerdict dmarc)
    {
        json.WriteStartObject("dmarc"u8);
        json.WriteString("result"u8, dmarc.Result.Word());
        json.WriteString("policy"u8, dmarc.Policy);
        json.WriteString("published"u8, dmarc.Published);
        json.WriteString("domain"u8, dmarc.Domain);
        WriteTexts(json, "alignment"u8, dmarc.Alignment);
        if (dmarc.AuthorDomain != dmarc.Domain)
            json.WriteString("from"u8, dmarc.AuthorDomain);
        WriteIfAny(json, "reason"u8, dmarc.Problem);
        json.WriteEndObject();
    }

    private static void WriteArc(Utf8JsonWriter json, ArcVerdict arc)
    {
        json.WriteStartObject("arc"u8);
        json.WriteString("result"u8, arc.Result.Word());
        WriteTexts(json, "sealers"u8, arc.Sealers);
        json.WriteBoolean("trusted"u8, arc.Trusted);
        if (arc.UnsignedFields.Count > 0)
            WriteTexts(json, "unsigned_fields"u8, arc.UnsignedFields);
        WriteIfAny(json, "reason"u8, arc.Reason);
        json.WriteEndObject();
    }

    private static void WriteListing(Utf8JsonWriter json, DnsblListing listing)
    {
        json.WriteStartObject();
        json.WriteString("zone"u8, listing.Zone);
        json.WriteString("code"u8, listing.Code);
        if (listing.Allows)
            json.WriteBoolean("allow"u8, true);
        json.WriteEndObject();
    }

    private static void WriteSpam(Utf8JsonWriter json, SpamVerdict? spam)
    {
        if (spam is null)
        {
            json.WriteNull("spam"u8);
            return;
        }
        json.WriteStartObject("spam"u8);
        json.WriteNumber("score"u8, Finite(spam.Score));
        json.WriteString("action"u8, spam.Action);
        if (spam.RequiredScore is { } required)
            json.WriteNumber("required_score"u8, Finite(required));
        if (spam.Symbols.Count > 0)
        {
            json.WriteStartObject("symbols"u8);
            foreach (var (name, score) in spam.Symbols)
                json.WriteNumber(name, Finite(score));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>JSON has no word for infinity.</summary>
    private static double Finite(double score) => double.IsFinite(score) ? score : 0;

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
