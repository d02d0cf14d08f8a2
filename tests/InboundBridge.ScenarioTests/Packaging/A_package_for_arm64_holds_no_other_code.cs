using System.Globalization;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The package that is built here for arm64: its executables and libraries, what dpkg is told, and that the program works. An emulator of
/// the processor (qemu) runs it with the libraries of Debian for arm64.
/// </summary>
[Collection(nameof(Packages))]
public sealed partial class A_package_for_arm64_holds_no_other_code(PackageFixture packages) : IDisposable
{
    /// <summary>EM_AARCH64 of elf.h.</summary>
    private const int Arm64 = 183;

    /// <summary>What the compiler of .NET adds to the machine of a library for Linux, by an exclusive or.</summary>
    private const int Linux = 0x7B79;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_file_is_for_that_processor()
    {
        var package = await packages.BuildDebAsync("1.0.0", _folder["packages"], "arm64");
        Assert.EndsWith("_arm64.deb", package, StringComparison.Ordinal);
        Assert.Equal("arm64", (await DpkgAsync("-f", package, "Architecture")).StandardOutput.Trim());
        await DpkgAsync("-x", package, _folder["root"]);
        var files = Directory.GetFiles(_folder["root/usr/lib/inboundbridge"], "*", SearchOption.AllDirectories);
        var machines = files.Select(file => (Name: Path.GetFileName(file), Machine: Elf(file))).Where(file => file.Machine is not null)
            .ToDictionary(file => file.Name, file => file.Machine, StringComparer.Ordinal);
        Assert.Contains("inboundbridge", machines.Keys);
        Assert.Contains("libcoreclr.so", machines.Keys);
        Assert.Contains("libe_sqlite3.so", machines.Keys);
        Assert.All(machines, file => Assert.Equal((file.Key, Arm64), (file.Key, file.Value)));

        // Libraries that are compiled ahead of time name their processor, as the program does; others run on each.
        var compiled = files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
            .Select(file => (Name: Path.GetFileName(file), Machine: Pe(file))).Where(file => file.Machine != Machine.I386).ToList();
        Assert.Contains(compiled, file => file.Name == "System.Private.CoreLib.dll");
        Assert.All(
            compiled,
            file => Assert.True(
                file.Machine == Machine.Arm64 || ((ushort)file.Machine ^ Linux) == (int)Machine.Arm64, $"{file.Name}: {file.Machine}"));
    }

    [Fact]
    public async Task The_program_takes_a_mail_and_keeps_it()
    {
        var root = _folder["arm64"];
        (await PeerProcess.RunAsync(
            "mmdebstrap", PeerPrograms.Find("mmdebstrap", "mmdebstrap"),
            [
                "--mode=root", "--variant=extract", "--architectures=arm64", "--include=ca-certificates,libicu72,libssl3,libstdc++6,tzdata",
                "bookworm", root, "http://deb.debian.org/debian",
            ],
            deadline: Slow)).Succeeded("mmdebstrap");
        var program = Path.Combine(await packages.PublishedForArmAsync(), "inboundbridge");
        string[] Emulated(params string[] arguments) => ["-L", root, program, .. arguments];
        var qemu = PeerPrograms.Find("qemu-aarch64-static", "qemu-user-static");
        // As in the unit: otherwise the program starts itself again, which an emulated one can't.
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_GCgen0size"] = "1000000",
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        (await PeerProcess.RunAsync(
            "init", qemu, Emulated("init", _folder["mail"], "--yes", "--listen", "127.0.0.1:0"), environment: environment, deadline: Slow))
            .Succeeded("init");
        var file = _folder["mail/inboundbridge.yaml"];
        var yaml = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file, $"{yaml.Replace("127.0.0.1:8080", "127.0.0.1:0", StringComparison.Ordinal)}\n{ApplianceSetup.NoSenderChecks}\n",
            TestContext.Current.CancellationToken);
        await using var appliance = PeerProcess.Start(
            "inboundbridge for arm64", qemu, Emulated("run", "--config", file), environment: environment);
        var port = int.Parse((await appliance.LineAsync(Listening(), Slow)).Groups["port"].Value, CultureInfo.InvariantCulture);
        await appliance.LineAsync(new(@"\bready\b"), Slow);
        await using (var session = await SmtpConversation.OpenAsync(port))
            Assert.StartsWith(
                "250", await session.SendAsync(MailText.Numbered(1), "al@sender.test", "hello@example.com"), StringComparison.Ordinal);
        appliance.Terminate();
        Assert.Equal(0, await appliance.ExitAsync(Slow));
        Assert.True(File.Exists(_folder["mail/data/spool.db"]));
    }

    /// <summary>An emulated processor is many times slower.</summary>
    private static Deadline Slow => Deadline.In(TimeSpan.FromMinutes(5));

    [GeneratedRegex(@"listening kind=smtp .*:(?<port>\d+)\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();

    private static int? Elf(string file)
    {
        using var stream = File.OpenRead(file);
        Span<byte> head = stackalloc byte[20];
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.StartsWith("\u007FELF"u8)
            ? head[18] | (head[19] << 8) : null;
    }

    private static Machine Pe(string file)
    {
        using var library = new PEReader(File.OpenRead(file));
        return library.PEHeaders.CoffHeader.Machine;
    }

    private static async Task<PeerResult> DpkgAsync(params string[] arguments) => (await PeerProcess.RunAsync(
        "dpkg-deb", "dpkg-deb", arguments, deadline: Deadline.In(TimeSpan.FromMinutes(2)))).Succeeded("dpkg-deb");
}
