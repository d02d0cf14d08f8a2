using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// Debian's podman and podman-compose in namespaces of their own: networks, firewall rules, mounts and processes of the host are not
/// touched, and everything ends with them. The image comes from a store of buildah.
/// </summary>
internal sealed class Podman : IAsyncDisposable
{
    /// <summary>
    /// crun refuses a host with control groups of both versions, so the second is not mounted here. Below /run and /dev/shm podman keeps
    /// state that all podmans of a machine share.
    /// </summary>
    private const string Enter = """
        ! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified
        mount -t tmpfs run /run
        mount -t tmpfs shm /dev/shm
        ip link set lo up
        echo entered
        exec sleep infinity
        """;

    private readonly PeerProcess _namespaces;
    private readonly Dictionary<string, string> _environment;
    private readonly string _program;
    private string _inside = "";

    private Podman(PeerProcess namespaces, string program, Dictionary<string, string> environment) =>
        (_namespaces, _program, _environment) = (namespaces, program, environment);

    /// <param name="store">The folder of buildah's store.</param>
    public static async Task<Podman> StartAsync(PeerFolder folder, string store)
    {
        PeerPrograms.NeedRoot("podman");
        PeerPrograms.Find("crun", "crun");
        PeerPrograms.Find("podman-compose", "podman-compose");
        // Limits are those of the test: a process without CAP_SYS_RESOURCE can't raise them.
        var settings = folder.Write(
            "containers.conf",
            """
            [containers]
            default_ulimits = ["nofile=4096:4096", "nproc=2048:2048"]
            cgroups = "disabled"
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            """);
        var program = folder.Write(
            "podman",
            $"""
            #!/bin/sh
            exec {PeerPrograms.Find("podman", "podman")} {Buildah.Store(store)} --network-config-dir {folder["networks"]} "$@"
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var namespaces = PeerProcess.Start(
            "namespaces", PeerPrograms.Find("unshare", "util-linux"),
            ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec", Enter]);
        var podman = new Podman(
            namespaces, program, new(StringComparer.Ordinal) { ["CONTAINERS_CONF"] = settings });
        await podman.EnteredAsync();
        return podman;
    }

    public Task<PeerResult> RunAsync(params string[] arguments) => InsideAsync([_program, .. arguments]);

    /// <param name="folder">With the compose file.</param>
    public Task<PeerResult> ComposeAsync(string folder, params string[] arguments) =>
        InsideAsync(["env", "-C", folder, "podman-compose", "--podman-path", _program, .. arguments]);

    /// <summary>Runs a program where the containers' ports are.</summary>
    public Task<PeerResult> InsideAsync(params string[] command) => PeerProcess.RunAsync(
        command[0], PeerPrograms.Find("nsenter", "util-linux"),
        ["--target", _inside, "--mount", "--net", "--pid", .. command],
        environment: _environment, deadline: Deadline.In(TimeSpan.FromMinutes(2)));

    public void Set(string name, string value) => _environment[name] = value;

    public async ValueTask DisposeAsync()
    {
        // The first process inside ends, and all others with it.
        if (!_namespaces.HasExited)
            await _namespaces.KillAsync();
        await _namespaces.DisposeAsync();
    }

    private async Task EnteredAsync()
    {
        await _namespaces.LineAsync(new("^entered$"));
        var id = _namespaces.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _inside = (await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children")).Split(' ')[0];
    }
}
