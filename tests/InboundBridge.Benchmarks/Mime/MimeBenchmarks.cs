using BenchmarkDotNet.Attributes;
using InboundBridge.Mime;

namespace InboundBridge.Benchmarks.Mime;

/// <summary>Times and allocations of our MIME reader on an ordinary mail, a large attachment and a large quoted-printable text.</summary>
[MemoryDiagnoser]
public class MimeBenchmarks
{
    private const int Megabyte = 1024 * 1024;

    private readonly byte[] _ordinary = SampleMails.Ordinary();
    private readonly byte[] _attachment = SampleMails.Attachment(Megabyte);
    private readonly byte[] _quoted = SampleMails.QuotedText(Megabyte);
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Index the header, and read what rules ask first.</summary>
    [Benchmark]
    public int HeadersOnly()
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(_ordinary));
        return mail.Subject!.Length + mail.From.Count + mail.MessageId!.Length;
    }

    [Benchmark]
    public int EveryHeader()
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(_ordinary));
        var length = mail.From.Count + mail.To.Count + mail.Cc.Count + mail.References.Count + (mail.Date?.Year ?? 0);
        foreach (var field in mail.Headers)
            length += field.Name.Length + field.Value.Length;
        return length;
    }

    [Benchmark]
    public int Structure() => MimeMessage.Open(MimeSource.FromMemory(_ordinary)).Structure.Parts.Count;

    [Benchmark]
    public int Text() => MimeMessage.Open(MimeSource.FromMemory(_ordinary)).Text!.Length;

    [Benchmark]
    public int Html() => MimeMessage.Open(MimeSource.FromMemory(_ordinary)).Html!.Length;

    [Benchmark]
    public int ReplyText() => MimeMessage.Open(MimeSource.FromMemory(_ordinary)).ReplyText!.Length;

    [Benchmark]
    public int Kind() => MimeMessage.Open(MimeSource.FromMemory(_ordinary)).Kind.Count;

    /// <summary>What a webhook needs.</summary>
    [Benchmark]
    public int Whole()
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(_ordinary));
        return EveryHeader() + mail.Text!.Length + mail.Html!.Length + mail.ReplyText!.Length + mail.Attachments.Count + mail.Kind.Count;
    }

    [Benchmark]
    public long Base64Megabyte() => Drain(_attachment);

    [Benchmark]
    public long QuotedPrintableMegabyte() => Drain(_quoted);

    private long Drain(byte[] mail)
    {
        using var content = MimeMessage.Open(MimeSource.FromMemory(mail)).Attachments[0].OpenContent();
        long total = 0;
        int count;
        while ((count = content.Read(_buffer)) > 0)
            total += count;
        return total;
    }
}
