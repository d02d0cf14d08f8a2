using InboundBridge.Commands.Initializing;

namespace InboundBridge.UnitTests.Host.Commands.Initializing;

/// <summary>The unit that <c>init</c> writes differs from the Debian package's in folders and user, and in nothing that protects.</summary>
public sealed class ServiceTextTests
{
    private static readonly string Package = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy/systemd/inboundbridge.service"));

    [Fact]
    public void In_etc_only_the_program_and_the_note_differ()
    {
        var text = ServiceText.Of(Answers("/etc/inboundbridge"), "/opt/inboundbridge/inboundbridge", "inboundbridge");
        Assert.Equal(
            [
                "# cp /etc/inboundbridge/inboundbridge.service /etc/systemd/system/ && systemctl enable --now inboundbridge",
                "ExecStart=/opt/inboundbridge/inboundbridge run --config /etc/inboundbridge/inboundbridge.yaml",
            ],
            text.Split('\n').Except(Package.Split('\n'), StringComparer.Ordinal));
        Assert.Equal("/var/lib/inboundbridge", Answers("/etc/inboundbridge").Spool);
    }

    [Fact]
    public void In_the_folder_of_the_installed_package_no_unit_and_no_compose_file_is_written_and_the_report_says_why()
    {
        string[] unused = ["inboundbridge.service", "compose.yaml"];
        var answers = Answers("/etc/inboundbridge");
        Assert.Superset(unused.ToHashSet(StringComparer.Ordinal), Names(answers));
        var packaged = answers with { IsOfPackage = true };
        Assert.Equal(unused.Order(StringComparer.Ordinal), Names(answers).Except(Names(packaged)).Order(StringComparer.Ordinal));
        var report = new InitReport(packaged, "/root", colour: false).Of(InitFiles.Make(packaged));
        Assert.Contains(
            "The Debian package brings the systemd unit, /usr/lib/systemd/system/inboundbridge.service, so none is written here, "
            + "and no compose.yaml.", report, StringComparison.Ordinal);
        Assert.Contains("systemctl start inboundbridge", report, StringComparison.Ordinal);
        Assert.DoesNotContain("container", report, StringComparison.Ordinal);
    }

    private static HashSet<string> Names(InitAnswers answers) =>
        InitFiles.Make(answers).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);

    [Fact]
    public void Below_home_the_spool_alone_can_be_written()
    {
        var text = ServiceText.Of(Answers("/home/al/my 100% mail"), "/usr/bin/inboundbridge", "al");
        string[] lines =
        [
            "User=al",
            "WorkingDirectory=/home/al/my 100%% mail",
            "ConditionPathExists=/home/al/my 100%% mail/inboundbridge.yaml",
            "ExecStart=/usr/bin/inboundbridge run --config \"/home/al/my 100%% mail/inboundbridge.yaml\"",
            "LoadCredential=secrets:/home/al/my 100%% mail/secrets",
            "ReadWritePaths=\"/home/al/my 100%% mail/data\"",
            "ProtectHome=read-only",
            "ProtectSystem=strict",
        ];
        Assert.All(lines, line => Assert.Contains(line, text.Split('\n')));
        Assert.DoesNotContain("/etc/inboundbridge", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Group=", text, StringComparison.Ordinal);
    }

    private static InitAnswers Answers(string folder) => new()
    {
        Folder = folder,
        Domain = "example.com",
        Webhook = new Uri("https://app.example.com/mail"),
        Hostname = "mx.example.com",
        Listen = "0.0.0.0:25",
    };
}
