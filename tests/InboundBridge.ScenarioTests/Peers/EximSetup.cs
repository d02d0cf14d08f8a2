namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// A copy of Exim with a configuration and a spool of its own. Its package can't be installed beside Postfix, so it is only unpacked. It
/// reads the account that it was built for from a file instead of the system's.
/// </summary>
internal sealed record EximSetup(string Home, string Program, string Configuration, string Spool, Dictionary<string, string> Environment)
{
    private const string Owner = "nobody:nogroup";
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <param name="configuration">The text, from the paths of the program and the spool.</param>
    public static async Task<EximSetup> WriteAsync(PeerFolder folder, string name, Func<string, string, string> configuration)
    {
        PeerPrograms.NeedRoot("Exim");
        var home = folder.CreateFolder(name);
        var program = Path.Combine(home, "exim4");
        File.Copy(PeerPrograms.FindUnpacked("usr/sbin/exim4", "exim4-daemon-light"), program);
        // The copy has no set-user-id bit, with which the loader would ignore the environment.
        File.SetUnixFileMode(program, Executable);
        var (spool, file) = (folder.CreateFolder($"{name}/spool"), Path.Combine(home, "exim.conf"));
        (await PeerProcess.RunAsync("chown", "chown", [Owner, spool])).Succeeded("chown");
        await File.WriteAllTextAsync(file, configuration(program, spool));
        await File.WriteAllTextAsync(Path.Combine(
            home, "passwd"), $"root:x:0:0::/:/bin/sh\nDebian-exim:x:{await IdAsync("-u")}:{await IdAsync("-g")}::/:/bin/false\n");
        await File.WriteAllTextAsync(Path.Combine(home, "group"), $"root:x:0:\nDebian-exim:x:{await IdAsync("-g")}:\n");
        return new EximSetup(home, program, file, spool, new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = "libnss_wrapper.so",
            ["NSS_WRAPPER_PASSWD"] = Path.Combine(home, "passwd"),
            ["NSS_WRAPPER_GROUP"] = Path.Combine(home, "group"),
        });
    }

    private static async Task<string> IdAsync(string option) =>
        (await PeerProcess.RunAsync("id", "id", [option, "nobody"])).Succeeded("id").StandardOutput.Trim();
}
