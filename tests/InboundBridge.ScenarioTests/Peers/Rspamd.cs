namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// A private rspamd on loopback, without network and Redis. Its only test is ours: it fires for <see cref="Spam"/> in the subject.
/// </summary>
internal sealed class Rspamd : IAsyncDisposable
{
    public const string Spam = "cheap pills";

    public const double Score = 7.5;

    private readonly PeerProcess _process;

    private Rspamd(PeerProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Log => _process.Log;

    public static Task<Rspamd> StartAsync(PeerFolder folder) => FreePort.WithAsync(1, async ports =>
    {
        PeerPrograms.NeedRoot("rspamd");
        var home = folder.CreateFolder($"rspamd-{ports[0]}");
        var rules = folder.Write($"rspamd-{ports[0]}/rules.lua", $$"""
            rspamd_config:register_symbol({
              name = "OUR_SPAM", score = {{Score}},
              callback = function(task) return (task:get_header("Subject") or ""):find("{{Spam}}", 1, true) ~= nil end,
            })
            rspamd_config:register_symbol({
              name = "OUR_ENVELOPE", score = 0.1,
              callback = function(task)
                local from, rcpt, ip = task:get_from("smtp"), task:get_recipients("smtp"), task:get_from_ip()
                local seen = { task:get_queue_id() and "id" or "-", task:get_helo() or "-", tostring(ip), from and from[1].addr or "-" }
                for _, address in ipairs(rcpt or {}) do seen[#seen + 1] = address.addr end
                print("envelope " .. table.concat(seen, " "))
                io.flush()
                return true
              end,
            })

            """);
        // The system's list of public suffixes takes a busy machine many seconds.
        var suffixes = folder.Write($"rspamd-{ports[0]}/suffixes.dat", "com\nexample\ntest\n");
        var configuration = folder.Write($"rspamd-{ports[0]}/rspamd.conf", $$"""
            options {
              pidfile = "{{home}}/pid";
              filters = "";
              tempdir = "{{home}}";
              url_tld = "{{suffixes}}";
              dns { nameserver = ["127.0.0.1:1"]; timeout = 10ms; retransmits = 1; }
            }
            logging { type = "console"; level = "notice"; }
            lua = "{{rules}}";
            metric {
              name = "default";
              actions { reject = 15; "add header" = 6; greylist = 4; }
            }
            worker "normal" { bind_socket = "127.0.0.1:{{ports[0]}}"; count = 1; }

            """);
        (await PeerProcess.RunAsync("chown", "chown", ["-R", "nobody:nogroup", home])).Succeeded("chown");
        var process = PeerProcess.Start(
            "rspamd", PeerPrograms.Find("rspamd", "rspamd"), ["-f", "-u", "nobody", "-g", "nogroup", "-c", configuration], home);
        await process.ListeningAsync(() => FreePort.AnswersAsync(ports[0]));
        return new Rspamd(process, ports[0]);
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
