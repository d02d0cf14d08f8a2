namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// The laws of the architecture, whatever tests/testdata/walls.txt permits: between projects, between the stages of a mail's path, and who
/// sees the wire and the rules. A new stage is added here first.
/// </summary>
public class LayeringTests
{
    private const string Flow = "InboundBridge.MailFlow/";

    /// <summary>Project → the projects it may name.</summary>
    private static readonly Dictionary<string, string[]> ProjectEdges = new(StringComparer.Ordinal)
    {
        ["InboundBridge.Text"] = [],
        ["InboundBridge.Smtp"] = [],
        ["InboundBridge.Mime"] = ["InboundBridge.Text"],
        ["InboundBridge.Yaml"] = ["InboundBridge.Text"],
        ["InboundBridge.Rules"] = ["InboundBridge.Text", "InboundBridge.Yaml"],
        ["InboundBridge.MailFlow"] = ["InboundBridge.Text", "InboundBridge.Smtp", "InboundBridge.Mime", "InboundBridge.Rules"],
        ["InboundBridge"] =
        [
            "InboundBridge.Text", "InboundBridge.Smtp", "InboundBridge.Mime", "InboundBridge.Yaml", "InboundBridge.Rules",
            "InboundBridge.MailFlow",
        ],
    };

    /// <summary>Stage, which is a folder of MailFlow → the other stages it may name.</summary>
    private static readonly Dictionary<string, string[]> StageEdges = new(StringComparer.Ordinal)
    {
        ["Reception"] =
        [
            "Spool", "Parsing", "SenderAuthentication", "Scanning", "Routing", "Queue", "Verdicts", "Domains", "SenderRewriting",
            "Tracing",
        ],
        ["Routing"] = ["Queue", "Spool"],
        ["Queue"] = ["Spool", "Tracing"],
        ["Bounces"] = ["Queue", "Spool", "Parsing", "Verdicts", "SenderAuthentication"],
        ["Delivery"] =
        [
            "Queue", "Spool", "Parsing", "Dns", "Text", "TransportSecurity", "Verdicts", "SenderAuthentication", "SenderRewriting",
            "SecureMail",
        ],
        ["Parsing"] = ["Spool"],
        ["SenderAuthentication"] = ["Dns", "Verdicts", "Spool"],
        ["SenderRewriting"] = ["Domains"],
        ["Scanning"] = ["Spool", "Parsing", "SecureMail", "Verdicts"],
        ["SecureMail"] = ["Spool", "Verdicts"],
        ["Spool"] = [],
        ["Dns"] = [],
        ["Domains"] = [],
        ["Text"] = [],
        ["Tracing"] = ["Spool"],
        ["TransportSecurity"] = ["Dns", "Spool"],
        ["Verdicts"] = [],
    };

    private static readonly string[] SeeRules = ["Reception", "Routing"];

    private static readonly string[] SeeSmtp = ["Reception", "Delivery/Lmtp", "Delivery/SmtpRelay", "Delivery/SmtpSending"];

    [Fact]
    public void Projects_name_only_the_projects_below_them() =>
        Offences.None(SourceTree.OfRepository.Edges
            .Where(edge => (ProjectOf(edge.From), ProjectOf(edge.To)) is var (from, to) && from != to && !ProjectEdges[from].Contains(to))
            .Select(edge => $"{edge.Place}\n  {ProjectOf(edge.From)} must not name {ProjectOf(edge.To)}"));

    [Fact]
    public void Stages_name_only_the_stages_that_they_may() =>
        Offences.None(SourceTree.OfRepository.Edges
            .Where(edge => StageOf(edge.From) is { } from && StageOf(edge.To) is { } to && from != to && !StageEdges[from].Contains(to))
            .Select(edge => $"{edge.Place}\n  {StageOf(edge.From)} must not name {StageOf(edge.To)}"));

    [Fact]
    public void Only_reception_and_routing_see_the_rules() => Offences.None(Sightings("InboundBridge.Rules", SeeRules));

    [Fact]
    public void Only_reception_and_the_smtp_deliveries_see_the_wire() => Offences.None(Sightings("InboundBridge.Smtp", SeeSmtp));

    [Fact]
    public void Every_project_and_every_stage_has_a_law()
    {
        var folders = SourceTree.OfRepository.Folders.ToList();
        Assert.Equal(folders.Select(ProjectOf).Distinct().Order(StringComparer.Ordinal), ProjectEdges.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            folders.Select(StageOf).OfType<string>().Distinct().Order(StringComparer.Ordinal),
            StageEdges.Keys.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Sightings(string project, string[] allowed) =>
        SourceTree.OfRepository.Edges
            .Where(edge => edge.From.StartsWith(Flow, StringComparison.Ordinal) && ProjectOf(edge.To) == project)
            .Where(edge => !Array.Exists(allowed, folder => $"{edge.From}/".StartsWith($"{Flow}{folder}/", StringComparison.Ordinal)))
            .Select(edge => $"{edge.Place}\n  {edge.From} must not see {project}");

    private static string ProjectOf(string folder) => folder.Split('/')[0];

    /// <summary>Metrics is no stage: any stage that counts names it.</summary>
    private static string? StageOf(string folder) =>
        folder.StartsWith(Flow, StringComparison.Ordinal) && folder.Split('/')[1] is not "Metrics" and var stage ? stage : null;
}
