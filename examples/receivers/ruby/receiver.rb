# Receives mail in Ruby 3 or later with the gem webrick: ruby receiver.rb
require "base64"
require "fileutils"
require "openssl"
require "securerandom"
require "webrick"

KEY = Base64.decode64(ENV.fetch("WEBHOOK_SECRET", "").delete_prefix("whsec_"))
FOLDER = File.expand_path(ENV.fetch("MAIL_FOLDER", "inbox"))
LARGEST = 128 * 1024 * 1024 # octets of a request
TOLERANCE = 5 * 60 # seconds that the two clocks may differ

abort "WEBHOOK_SECRET must be the secret of the destination: whsec_…" if KEY.bytesize < 24

# Whether the octets come from somebody who has the secret, and came just now.
def genuine?(request, body)
  id, timestamp = request["webhook-id"].to_s, request["webhook-timestamp"].to_s
  return false unless id.match?(/\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z/) && timestamp.match?(/\A\d{1,12}\z/)
  return false if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE

  mac = OpenSSL::HMAC.new(KEY, "SHA256") << "#{id}.#{timestamp}." << body
  expected = "v1," + Base64.strict_encode64(mac.digest)
  # Several signatures, separated by blanks, while a secret is changed.
  request["webhook-signature"].to_s.split(" ").any? { |signature| OpenSSL.secure_compare(signature, expected) }
end

# Stores the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time.
def store(id, body)
  file, temporary = File.join(FOLDER, "#{id}.json"), File.join(FOLDER, ".#{id}.#{SecureRandom.uuid}")
  is_new = !File.exist?(file)
  if is_new
    begin
      File.open(temporary, "wbx") { |handle| handle.write(body); handle.fsync }
      File.link(temporary, file) # of several at the same time, one succeeds; a crash leaves the whole mail or none
    rescue Errno::EEXIST
      is_new = false
    ensure
      FileUtils.rm_f(temporary)
    end
  end
  sync(FOLDER) # for a repeat too: the other request may not have come this far
  is_new
end

# Writes the names in a folder to the disk. Windows has no such call.
def sync(folder)
  File.open(folder, &:fsync) unless Gem.win_platform?
end

# The status of the answer.
def receive(request)
  return 204 if request.request_method == "HEAD" # 'destinations test' asks whether anybody is there
  return 405 unless request.request_method == "POST"
  return 411 unless request["content-length"].to_s.match?(/\A\d{1,12}\z/)
  return 413 if request["content-length"].to_i > LARGEST

  body = request.body.to_s # the octets as they came: verify before any parsing
  unless genuine?(request, body)
    puts "refused"
    return 401
  end
  id = request["webhook-id"]
  puts "#{store(id, body) ? "stored" : "repeated"} #{id}"
  204
rescue SystemCallError, IOError => e
  puts "failed #{e.message}"
  503 # after any answer but 2xx the same mail comes again
end

unless File.directory?(FOLDER)
  FileUtils.mkdir_p(FOLDER)
  sync(File.dirname(FOLDER))
end
server = WEBrick::HTTPServer.new(
  BindAddress: "127.0.0.1", Port: ENV.fetch("PORT", "9000").to_i, AccessLog: [], Logger: WEBrick::Log.new(File::NULL))
server.mount_proc("/") do |request, response|
  response.status = 503 # not WEBrick's 200, whatever happens
  response.status = receive(request)
  response.keep_alive = false unless response.status == 204
end
$stdout.sync = true
puts "listening on #{server.listeners.first.addr[1]}"
trap("TERM") { server.shutdown }
server.start
