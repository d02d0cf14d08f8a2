using System.Text.Json;
using InboundBridge.Mime;
using InboundBridge.Mime.Reports;

namespace InboundBridge.UnitTests.Mime.Suites;

public class PublicReportsTests
{
    [Theory]
    [InlineData("dsn", 4)]
    [InlineData("arf", 5)]
    [InlineData("dmarc", 10)]
    [InlineData("tlsrpt", 2)]
    public void Facts_are_those_of_the_origin(string kind, int files)
    {
        var folder = Path.Combine(PublicSuites.Find("reports"), kind);
        var sources = Directory.GetFiles(folder).Where(file => Path.GetExtension(file) != ".json").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(files, sources.Count);
        var facts = sources.SelectMany(file =>
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")));
            return ReportExpectations.Of(json.RootElement, Read(file))
                .Select(fact => (File: Path.GetFileName(file), fact.Name, fact.Expected, fact.Read)).ToList();
        }).ToList();
        Assert.True(facts.Count > 4 * files);
        Assert.Equal(
            [], facts.Where(fact => fact.Expected != fact.Read)
                .Select(fact => $"{fact.File} {fact.Name}: expected {fact.Expected}, read {fact.Read}"));
    }

    [Fact]
    public void Every_other_report_is_read_unless_it_is_invalid()
    {
        var folder = Path.Combine(PublicSuites.Find("reports"), "more");
        var unread = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Read(file) is null && !Path.GetFileName(file).Contains("invalid", StringComparison.Ordinal))
            .Select(Path.GetFileName);
        Assert.Equal([], unread);
    }

    private static MailReport? Read(string file)
    {
        if (Path.GetExtension(file) == ".eml")
            return MimeMessage.Open(MimeSource.FromMemory(File.ReadAllBytes(file))).Report;
        using var stream = File.OpenRead(file);
        return Path.GetExtension(file) == ".json" ? MailReports.ReadTls(stream) : MailReports.ReadDmarc(stream);
    }
}
