using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Layering;

/// <summary>The house's walls: which project and which stage may name which (src/README.md).</summary>
public partial class LayeringTests
{
    /// <summary>Project → the projects it may name.</summary>
    private static readonly Dictionary<string, string[]> ProjectEdges = new(StringComparer.Ordinal)
    {
        ["InboundBridge.Smtp"] = [],
        ["InboundBridge.Mime"] = [],
        ["InboundBridge.Yaml"] = [],
        ["InboundBridge.Rules"] = ["InboundBridge.Yaml"],
        ["InboundBridge.MailFlow"] = ["InboundBridge.Smtp", "InboundBridge.Mime", "InboundBridge.Rules"],
        ["InboundBridge"] = ["InboundBridge.Smtp", "InboundBridge.Mime", "InboundBridge.Yaml", "InboundBridge.Rules", "InboundBridge.MailFlow"],
    };

    /// <summary>Folder of MailFlow → the other folders it may name.</summary>
    private static readonly Dictionary<string, string[]> StageEdges = new(StringComparer.Ordinal)
    {
        ["Reception"] = ["Spool", "Parsing", "SenderAuthentication", "Scanning", "Routing", "Queue"],
        ["SenderAuthentication"] = ["Dns"],
        ["Scanning"] = ["Spool"],
        ["Routing"] = ["Queue", "Spool"],
        ["Queue"] = ["Spool"],
        ["Parsing"] = ["Spool"],
        ["Delivery"] = ["Queue", "Spool", "Parsing", "Dns", "Text"],
        ["Bounces"] = ["Queue", "Spool"],
        ["Spool"] = [],
        ["Dns"] = [],
        ["Text"] = [],
    };

    private static readonly string[] FoldersThatSeeRules = ["Reception", "Routing"];

    private static readonly string[] FoldersThatSeeSmtp = ["Reception", "Delivery/Lmtp", "Delivery/SmtpRelay", "Delivery/SmtpSending"];

    [Fact]
    public void Projects_name_only_what_lies_below_them()
    {
        var offences = ProjectEdges.SelectMany(project => Lines($"src/{project.Key}").SelectMany(line =>
            ProjectName().Matches(line.Text).Select(match => match.Groups[1].Value)
                .Where(named => named != project.Key && ProjectEdges.ContainsKey(named) && !project.Value.Contains(named))
                .Select(named => $"{line}: {project.Key} must not see {named}")));
        Assert.Empty(offences);
    }

    [Fact]
    public void Stages_of_the_mail_flow_name_only_the_stages_they_may()
    {
        var offences = StageEdges.SelectMany(stage => Lines($"src/InboundBridge.MailFlow/{stage.Key}").SelectMany(line =>
            StageName().Matches(line.Text).Select(match => match.Groups[1].Value)
                .Where(named => named != stage.Key && StageEdges.ContainsKey(named) && !stage.Value.Contains(named))
                .Select(named => $"{line}: {stage.Key} must not see {named}")));
        Assert.Empty(offences);
    }

    [Fact]
    public void Only_reception_and_routing_see_the_rules() => Assert.Empty(Sightings("InboundBridge.Rules", FoldersThatSeeRules));

    [Fact]
    public void Only_reception_and_the_smtp_deliveries_see_the_wire() => Assert.Empty(Sightings("InboundBridge.Smtp", FoldersThatSeeSmtp));

    [Fact]
    public void Every_stage_has_a_rule()
    {
        var folders = Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "src/InboundBridge.MailFlow")).Select(Path.GetFileName);
        Assert.All(folders.Where(folder => folder is not ("bin" or "obj")), folder => Assert.Contains(folder!, StageEdges.Keys));
    }

    private static IEnumerable<string> Sightings(string project, string[] allowed) =>
        Lines("src/InboundBridge.MailFlow")
            .Where(line => line.Text.Contains(project + ".", StringComparison.Ordinal)
                || line.Text.Contains(project + ";", StringComparison.Ordinal))
            .Where(line => !allowed.Any(folder => line.File.StartsWith($"src/InboundBridge.MailFlow/{folder}/", StringComparison.Ordinal)))
            .Select(line => $"{line}: must not see {project}");

    private static IEnumerable<SourceLine> Lines(string folder)
    {
        if (!Directory.Exists(Path.Combine(RepositoryFiles.Root, folder)))
            return [];
        return RepositoryFiles.SourceFiles(folder).SelectMany(file =>
            File.ReadLines(file)
                .Select((text, index) => new SourceLine(Path.GetRelativePath(RepositoryFiles.Root, file), index + 1, text)));
    }

    [GeneratedRegex(@"\b(InboundBridge(?:\.(?:Smtp|Mime|Yaml|Rules|MailFlow))?)(?=\.[A-Z]|;)")]
    private static partial Regex ProjectName();

    /// <summary>A stage by its full name, or by the short one that its siblings may use (<c>Queue.DeliveryOutcome</c>).</summary>
    [GeneratedRegex(@"(?:InboundBridge\.MailFlow\.|(?<![\w.""])(?=(?:Reception|Parsing|SenderAuthentication|Scanning|Routing|Delivery|Bounces|Spool|Dns|Queue)\.[A-Z]))([A-Z]\w+)")]
    private static partial Regex StageName();

    private sealed record SourceLine(string File, int Number, string Text)
    {
        public override string ToString() => $"{File}:{Number}: {Text.Trim()}";
    }
}
