using System.Globalization;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// A bare Debian in a folder with its own systemd, in namespaces of its own but for the network: packages are installed and services run
/// as on a machine.
/// </summary>
internal sealed class DebianMachine : IAsyncDisposable
{
    /// <summary>
    /// What a container engine does before it starts systemd. Mounts are shared, because credentials are mounted by a helper in a
    /// namespace of its own. /proc/sys and /sys are read-only, and the devices are nodes of its own, because systemd changes their owner
    /// and mode: so nothing of the host is changed.
    /// </summary>
    private const string Boot = """
        mount --make-rprivate /
        mount --bind "$0" "$0"
        mount -t proc proc "$0/proc"
        mount --bind "$0/proc/sys" "$0/proc/sys"
        mount -o remount,ro,bind "$0/proc/sys"
        mount -t sysfs -o ro sysfs "$0/sys"
        mount -t tmpfs -o mode=755 dev "$0/dev"
        mkdir "$0/dev/shm" "$0/dev/pts"
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$0/dev/pts"
        ln -s pts/ptmx "$0/dev/ptmx"
        for f in "null 1 3" "console 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
          set -- $f
          mknod -m 666 "$0/dev/$1" c "$2" "$3"
        done
        mount -t tmpfs -o mode=755 run "$0/run"
        mount -t cgroup2 none "$0/sys/fs/cgroup"
        mount --make-rshared "$0"
        exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$0" /lib/systemd/systemd --system --unit=multi-user.target
        """;

    /// <summary>Starts in a control group of its own, below which systemd makes others. The process stays the same.</summary>
    private const string Enter = """
        group=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/$0
        mkdir "$group"
        echo $$ >"$group/cgroup.procs"
        exec unshare --mount --pid --cgroup --uts --ipc --fork --kill-child --mount-proc sh -ec "$2" "$1"
        """;

    private const string Leave = """
        group=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/$0
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} +
        """;

    private readonly string _folder;
    private readonly PeerProcess _machine;
    private readonly string _group;
    private string _systemd = "";
    private string _log = "";

    private DebianMachine(string folder)
    {
        (_folder, _group) = (folder, $"inboundbridge-{Path.GetFileName(Path.GetDirectoryName(folder))}");
        _machine = PeerProcess.Start("Debian", "sh", ["-ec", Enter, _group, folder, Boot]);
    }

    /// <summary>A file of the machine, seen from outside; not below /run, /tmp or /proc.</summary>
    public string this[string file] => Path.Combine(_folder, file.TrimStart('/'));

    /// <param name="archive">A Debian with systemd.</param>
    /// <param name="folder">Where it is unpacked.</param>
    public static async Task<DebianMachine> BootAsync(string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        (await PeerProcess.RunAsync(
            "tar", "tar", ["-C", folder, "-xf", archive, "--exclude=./dev/*"], deadline: Deadline.In(TimeSpan.FromMinutes(2))))
            .Succeeded("tar");
        PeerPrograms.Find("unshare", "util-linux");
        // A minimal Debian has no names, and here no terminal.
        await File.WriteAllTextAsync(Path.Combine(folder, "etc/hosts"), "127.0.0.1 localhost\n", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(folder, "etc/systemd/system/console-getty.service"), "/dev/null");
        var machine = new DebianMachine(folder);
        try
        {
            await machine.IsUpAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command as root.</summary>
    public Task<PeerResult> RunAsync(params string[] command) => PeerProcess.RunAsync(
        command[0], PeerPrograms.Find("nsenter", "util-linux"),
        [
            "--target", _systemd, "--mount", "--pid", "--cgroup", "--uts", "--ipc", "--root", "--wd", "env", "-i",
            "DEBIAN_FRONTEND=noninteractive", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", .. command,
        ],
        deadline: Deadline.In(TimeSpan.FromMinutes(2)));

    /// <summary>Installs a package file.</summary>
    public async Task<string> InstallAsync(string package)
    {
        File.Copy(package, this["/package.deb"], overwrite: true);
        return (await RunAsync("dpkg", "--force-unsafe-io", "-i", "/package.deb")).Succeeded($"dpkg -i {package}").Output;
    }

    public async Task<string> LogAsync() =>
        (await RunAsync("journalctl", "--no-pager", "-o", "cat", "-u", "inboundbridge", "-n", "200")).Output;

    /// <summary>The lines of the program itself with their levels in syslog's numbers: 3 is an error, 6 is information.</summary>
    public async Task<IReadOnlyList<(string Priority, string Text)>> JournalAsync() =>
        [.. (await RunAsync(
                "journalctl", "--no-pager", "-o", "json", "_SYSTEMD_UNIT=inboundbridge.service", "SYSLOG_IDENTIFIER=inboundbridge"))
            .Succeeded("journalctl").StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => (line.GetProperty("PRIORITY").GetString()!, line.GetProperty("MESSAGE").ToString()))];

    public Task LoggedAsync(string text) => Deadline.Usual.UntilAsync(
        async () => (_log = await LogAsync()).Contains(text, StringComparison.Ordinal), $"'{text}' in the log", () => _log);

    /// <summary>Everything in its namespace ends with it, some milliseconds later.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_machine.HasExited)
            await _machine.KillAsync();
        await _machine.DisposeAsync();
        await Deadline.Usual.UntilAsync(
            async () => (await PeerProcess.RunAsync("sh", "sh", ["-ec", Leave, _group])).ExitCode == 0, "the machine's end");
    }

    private Task IsUpAsync() => Deadline.Usual.UntilAsync(
        async () =>
        {
            Assert.False(_machine.HasExited, $"Debian did not start:\n{_machine.Log}");
            var id = _machine.Pid.ToString(CultureInfo.InvariantCulture);
            // Before systemd it has short-lived children, so look anew each time.
            _systemd = (await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children")).Split(' ')[0];
            return _systemd.Length > 0 && (await RunAsync("systemctl", "is-active", "multi-user.target")).ExitCode == 0;
        },
        "Debian to be up", () => _machine.Log);
}
