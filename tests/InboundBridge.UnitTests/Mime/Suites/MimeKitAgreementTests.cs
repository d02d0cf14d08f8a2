using InboundBridge.Benchmarks.MimeReaders;

namespace InboundBridge.UnitTests.Mime.Suites;

/// <summary>
/// MimeKit as a second opinion. On ordinary mails, which it also writes, both readers give the same answers. On the odd mails of the public
/// suite each difference stands, with the reason, in <c>tests/testdata/messages/mimekit.differences.tsv</c>; a new difference fails, and so
/// does a listed one that is none any more.
/// </summary>
public class MimeKitAgreementTests
{
    private const int WrittenMails = 500;

    private static readonly OwnReader Ours = new();
    private static readonly MimeKitReader Theirs = new();

    [Fact]
    public void On_the_public_mails_each_difference_is_explained()
    {
        var folder = PublicSuites.Find("mime");
        var differences = Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories)
            .SelectMany(file => Differences(File.ReadAllBytes(file))
                .Select(difference => $"{Path.GetRelativePath(folder, file)}\t{difference.Name}"));
        Assert.Equal(Explained(), differences.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void On_ordinary_mails_there_is_no_difference()
    {
        var writer = new OrdinaryMailWriter(seed: 20_260_128);
        var differences = Enumerable.Range(0, WrittenMails).SelectMany(number => Differences(writer.Write())
            .Select(difference => $"mail {number}: {difference.Name}: ours [{difference.Ours}], theirs [{difference.Theirs}]"));
        Assert.Equal("", string.Join('\n', differences.Take(10)));
    }

    [Fact]
    public void The_written_mails_contain_everything_that_readers_may_disagree_about()
    {
        var writer = new OrdinaryMailWriter(seed: 1);
        var answers = Enumerable.Range(0, 100).Select(_ => Ours.Read(writer.Write())).ToList();
        Assert.All(answers, mail =>
            Assert.True(mail.From.Count > 0 && mail.To.Count > 0 && mail.Subject?.Length > 0 && mail.Date is not null));
        Assert.All(answers, mail => Assert.False(string.IsNullOrWhiteSpace(mail.Text)));
        Assert.Contains(answers, mail => mail.Cc.Count > 1);
        Assert.Contains(answers, mail => mail.Html is not null);
        Assert.Contains(answers, mail => mail.Attachments.Count > 1);
        Assert.Contains(answers, mail => mail.Attachments.Any(attachment => attachment.Name!.Any(letter => letter > 127)));
    }

    private static IEnumerable<(string Name, string Ours, string Theirs)> Differences(byte[] octets) =>
        Ours.Read(octets).Fields().Zip(Theirs.Read(octets).Fields(), (ours, theirs) => (ours.Name, ours.Value, theirs.Value))
            .Where(field => field.Item2 != field.Item3);

    private static IEnumerable<string> Explained() =>
        File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/mimekit.differences.tsv"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t'))
            .Select(columns => columns is [var file, var field, { Length: > 10 }]
                ? $"{file}\t{field}" : throw new InvalidOperationException($"no reason given: {columns[0]}"))
            .Order(StringComparer.Ordinal);
}
