namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Sends a message with Exim. Its package can't be installed beside Postfix, so it is only unpacked. The program runs from the scenario's
/// folder with its own configuration and spool, and reads the account that it was built for from a file instead of the system's.
/// </summary>
internal static class Exim
{
    private const string Owner = "nobody:nogroup";
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <returns>
    /// With the dialogue: SMTP&gt;&gt; marks Exim's commands, and SMTP|&gt; those that it sent without waiting for the reply before.
    /// </returns>
    public static async Task<PeerResult> SendAsync(PeerFolder folder, int port, byte[] mail, string from, string[] to)
    {
        PeerPrograms.NeedRoot("Exim");
        var home = folder.CreateFolder("exim");
        var program = Path.Combine(home, "exim4");
        File.Copy(PeerPrograms.FindUnpacked("usr/sbin/exim4", "exim4-daemon-light"), program);
        // The copy has no set-user-id bit, with which the loader would ignore the environment.
        File.SetUnixFileMode(program, Executable);
        var (spool, configuration) = (folder.CreateFolder("exim/spool"), Path.Combine(home, "exim.conf"));
        (await PeerProcess.RunAsync("chown", "chown", [Owner, spool])).Succeeded("chown");
        await File.WriteAllTextAsync(configuration, Configuration(program, spool, port));
        await File.WriteAllTextAsync(Path.Combine(
            home, "passwd"), $"root:x:0:0::/:/bin/sh\nDebian-exim:x:{await IdAsync("-u")}:{await IdAsync("-g")}::/:/bin/false\n");
        await File.WriteAllTextAsync(Path.Combine(home, "group"), $"root:x:0:\nDebian-exim:x:{await IdAsync("-g")}:\n");
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = "libnss_wrapper.so",
            ["NSS_WRAPPER_PASSWD"] = Path.Combine(home, "passwd"),
            ["NSS_WRAPPER_GROUP"] = Path.Combine(home, "group"),
        };
        return await PeerProcess.RunAsync(
            "exim", program, ["-C", configuration, "-odf", "-oi", "-v", "-f", from, .. to], mail, home, environment);
    }

    private static async Task<string> IdAsync(string option) =>
        (await PeerProcess.RunAsync("id", "id", [option, "nobody"])).Succeeded("id").StandardOutput.Trim();

    private static string Configuration(string program, string spool, int port) => $"""
        exim_path = {program}
        keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
        primary_hostname = exim.test
        spool_directory = {spool}
        log_file_path = {spool}/%slog
        trusted_users = root
        disable_ipv6
        tls_advertise_hosts =

        begin routers
        appliance:
          driver = manualroute
          route_list = * 127.0.0.1
          self = send
          transport = appliance

        begin transports
        appliance:
          driver = smtp
          port = {port}
          allow_localhost
          hosts_require_tls = *
          hosts_try_chunking = *
          tls_verify_hosts =
          tls_try_verify_hosts =

        begin retry
        * * F,1h,1s

        """;
}
