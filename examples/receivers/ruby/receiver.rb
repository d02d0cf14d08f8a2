# Receives mail in Ruby 3 or later with the gem webrick: ruby receiver.rb
require "base64"
require "fileutils"
require "json"
require "openssl"
require "webrick"

KEY = Base64.decode64(ENV.fetch("WEBHOOK_SECRET", "").delete_prefix("whsec_"))
FOLDER = ENV.fetch("MAIL_FOLDER", "inbox")
TOLERANCE = 5 * 60 # seconds that the two clocks may differ

abort "WEBHOOK_SECRET must be the secret of the destination: whsec_…" if KEY.bytesize < 24

# Whether the octets come from somebody who has the secret, and came just now.
def genuine?(request, body)
  id, timestamp = request["webhook-id"].to_s, request["webhook-timestamp"].to_s
  return false unless id.match?(/\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z/) && timestamp.match?(/\A\d{1,12}\z/)
  return false if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE

  expected = "v1," + Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", KEY, "#{id}.#{timestamp}.".b + body.b))
  # Several signatures, separated by blanks, while a secret is changed.
  request["webhook-signature"].to_s.split(" ").any? { |signature| OpenSSL.secure_compare(signature, expected) }
end

# Stores the mail under its webhook-id. False: it is there already, because an earlier answer got lost.
def store(id, body)
  file = File.join(FOLDER, "#{id}.json")
  return false if File.exist?(file)

  temporary = File.join(FOLDER, ".#{id}.#{Thread.current.object_id}")
  File.open(temporary, "wb") { |handle| handle.write(body); handle.fsync }
  File.rename(temporary, file) # a crash leaves the whole mail or none
  true
end

FileUtils.mkdir_p(FOLDER)
server = WEBrick::HTTPServer.new(
  BindAddress: "127.0.0.1", Port: ENV.fetch("PORT", "9000").to_i, AccessLog: [], Logger: WEBrick::Log.new(File::NULL))
server.mount_proc("/") do |request, response|
  response.status = 204
  next if request.request_method == "HEAD" # 'destinations test' asks whether anybody is there

  body = request.body.to_s # the octets as they came: verify before any parsing
  unless genuine?(request, body)
    puts "refused"
    response.status = 401
    next
  end
  id = request["webhook-id"]
  if store(id, body)
    puts "stored #{id} #{JSON.parse(body).dig("data", "subject")}"
  else
    puts "repeated #{id}"
  end # after any other answer than 2xx the same mail comes again
end
$stdout.sync = true
puts "listening on #{server.listeners.first.addr[1]}"
trap("TERM") { server.shutdown }
server.start
