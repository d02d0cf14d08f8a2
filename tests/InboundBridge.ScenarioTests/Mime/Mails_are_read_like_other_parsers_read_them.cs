using System.Text;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Mime;

/// <summary>
/// The public mails, read here and by Python's email, npm mailparser and postal-mime. Every difference is listed in
/// <c>artifacts/mime-comparison.tsv</c>; where the three agree with each other, we agree with them on at least 99 of 100 values.
/// </summary>
public class Mails_are_read_like_other_parsers_read_them
{
    private static readonly string[] Peers = ["python-email", "mailparser", "postal-mime"];

    [Fact]
    public async Task Differences_are_listed_and_few_where_the_others_agree()
    {
        var folder = Path.Combine(Checkout.Suites, "mime/messages");
        Assert.SkipUnless(Directory.Exists(folder), $"the public mails are not at {folder}");
        var files = Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var read = new Dictionary<string, Dictionary<string, Dictionary<string, string>>>(StringComparer.Ordinal);
        foreach (var peer in Peers)
            read[peer] = await ReadAsync(peer, files);

        var (agreed, alike, report) = Compare(files, folder, read);
        var output = Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts")).FullName, "mime-comparison.tsv");
        await File.WriteAllTextAsync(output, report, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(report[..report.IndexOf("\n\n", StringComparison.Ordinal)]);
        Assert.True(files.Count > 200 && agreed > 1500, $"{files.Count} mails, {agreed} values on which the others agree");
        Assert.True(alike >= agreed * 99 / 100, $"{alike} of {agreed} values; see {output}");
    }

    private static async Task<Dictionary<string, Dictionary<string, string>>> ReadAsync(string peer, List<string> files)
    {
        var scripts = Path.Combine(Checkout.Root, "tests/InboundBridge.ScenarioTests/Mime");
        var input = Encoding.UTF8.GetBytes(string.Join('\n', files) + "\n");
        PeerResult result;
        if (peer == "python-email")
        {
            result = await PeerProcess.RunAsync(peer, PeerPrograms.Find("python3", "python3"), [Path.Combine(scripts, "parse.py")], input);
        }
        else
        {
            var node = PeerPrograms.Node(out var environment);
            if (!Directory.Exists(Path.Combine(PeerPrograms.PackageFolder, "node_modules", peer)))
                PeerPrograms.Missing<string>($"npm {peer} is not installed; run ./test once, which installs it");
            result = await PeerProcess.RunAsync(peer, node, [Path.Combine(scripts, "parse.mjs"), peer], input, environment: environment);
        }
        var read = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var line in result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            read[json.RootElement.GetProperty("file").GetString()!] = ParsedFields.Theirs(json.RootElement);
        }
        return read;
    }

    private static (int Agreed, int Alike, string Report) Compare(
        List<string> files, string folder, Dictionary<string, Dictionary<string, Dictionary<string, string>>> read)
    {
        var rows = new StringBuilder();
        var same = Peers.ToDictionary(peer => peer, _ => 0, StringComparer.Ordinal);
        var (total, agreed, alike) = (0, 0, 0);
        foreach (var file in files)
        {
            var ours = ParsedFields.Ours(file);
            foreach (var name in ParsedFields.Names)
            {
                total++;
                var theirs = Peers.Select(peer => read[peer].GetValueOrDefault(file)?.GetValueOrDefault(name) ?? "(failed)").ToList();
                foreach (var (peer, value) in Peers.Zip(theirs))
                    same[peer] += value == ours[name] ? 1 : 0;
                var allAgree = theirs.TrueForAll(value => value == theirs[0]) && theirs[0] != "(failed)";
                agreed += allAgree ? 1 : 0;
                alike += allAgree && theirs[0] == ours[name] ? 1 : 0;
                if (theirs.Exists(value => value != ours[name]))
                    rows.AppendJoin(
                        '\t', [Path.GetRelativePath(folder, file), name, allAgree ? "all others agree" : "", ours[name], .. theirs])
                        .Append('\n');
            }
        }
        var head =
            new StringBuilder(
                $"{total} values of {files.Count} mails; the others agree with each other on {agreed}, we with them on {alike} of these\n");
        foreach (var (peer, count) in same)
            head.Append($"alike with {peer}: {count} ({100.0 * count / total:F1} %)\n");
        return (agreed, alike, head.Append("\nfile\tfield\t\tours\t").AppendJoin('\t', Peers).Append('\n').Append(rows).ToString());
    }
}
