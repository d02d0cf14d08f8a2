using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Each refusal has the reply, the metric and the log event that the table "Refusals" in docs/smtp.md gives.</summary>
public partial class RefusalTableTests
{
    public static TheoryData<string, string, string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, string, string>();
            foreach (var line in File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/smtp.md")).Split("\n## ").Single(
                section => section.StartsWith("Refusals\n", StringComparison.Ordinal)).Split('\n'))
            {
                if (Row().Match(line) is { Success: true } row)
                    rows.Add(
                        row.Groups[1].Value.Replace("`", "", StringComparison.Ordinal), row.Groups[2].Value, row.Groups[3].Value,
                        row.Groups[4].Value, row.Groups[5].Value);
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_refusal_is_answered_counted_and_logged_as_documented(
        string what, string reply, string reason, string counted, string logged)
    {
        await using var run = new RefusalRun();
        var said = await RefusalScenes.All[what](run);
        Assert.StartsWith(reply == "closed" ? "" : reply + " ", said, StringComparison.Ordinal);
        Assert.Equal(reply == "closed", said.Length == 0);
        await run.EndAsync();
        Assert.Contains(counted, run.Counted);
        Assert.Contains(logged, run.Logged);
        if (reason.Length > 0)
            Assert.Contains(reason, run.Reasons);
    }

    [Fact]
    public void The_table_lists_every_refusal() =>
        Assert.Equal(
            RefusalScenes.All.Keys.Order(StringComparer.Ordinal), Rows.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    /// <summary>An operator can look up each refusal, and each row describes a refusal that the code makes.</summary>
    [Fact]
    public void The_table_has_each_reason_of_the_code_and_no_other()
    {
        var reasons = Answering.SelectMany(RepositoryFiles.SourceFiles)
            .SelectMany(file => Reason().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value);
        Assert.Equal(
            reasons.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Rows.Select(row => row.Data.Item3).Where(reason => reason.Length > 0)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>Where replies to clients are made.</summary>
    private static readonly string[] Answering =
    [
        "src/InboundBridge.Smtp/Protocol/", "src/InboundBridge.Smtp/Server/", "src/InboundBridge.MailFlow/Reception/",
        "src/InboundBridge.MailFlow/Routing/", "src/InboundBridge/Operations/Mails/",
    ];

    /// <summary>The last argument of a reply's constructor, or a word of <c>RoutedRefusal.Reason</c>.</summary>
    [GeneratedRegex("""(?s)(?:(?:SmtpReply\.Create|Syntax|Closing)\((?:(?!SmtpReply\.Create|Syntax\(|Closing\().)*?|(?<=Reason =>[^;]*))"([a-z][a-z0-9_]*)"(?=\)|;| :)""")]
    private static partial Regex Reason();

    [GeneratedRegex("^\\| (.+?) \\| (?:`([0-9. ]+)`|(?<2>closed)) \\| (?:`(.+?)`|—) \\| `(.+?)` \\| `(.+?)` \\|$")]
    private static partial Regex Row();
}
