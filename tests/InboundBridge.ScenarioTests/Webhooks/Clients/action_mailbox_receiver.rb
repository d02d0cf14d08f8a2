# A Rails application with Action Mailbox and nothing else. Arguments: ingress, password or signing key, folder for its files.
# Prints `open PORT`, then a JSON line for each mail that a mailbox got.
ENV['RAILS_ENV'] = 'production'
ENV['RAILS_INBOUND_EMAIL_PASSWORD'] = ARGV[1]
ENV['MAILGUN_INGRESS_SIGNING_KEY'] = ARGV[1]
ENV['MANDRILL_INGRESS_API_KEY'] = ARGV[1]
ENV['DATABASE_URL'] = "sqlite3:#{ARGV[2]}/inbound.sqlite3"
require 'json'
require 'digest'
require 'logger'
require 'webrick'
require 'rack/handler/webrick'
require 'rails'
%w[action_controller/railtie active_record/railtie active_job/railtie active_storage/engine action_mailbox/engine].each { |part| require part }

class Receiver < Rails::Application
  config.load_defaults 6.1
  config.root = ARGV[2]
  config.eager_load = false
  config.consider_all_requests_local = true
  config.secret_key_base = 'only for this test' * 4
  config.hosts.clear
  config.log_level = :warn
  config.logger = Logger.new($stderr)
  config.action_mailbox.ingress = ARGV[0].to_sym
  config.action_mailbox.incinerate = false
  config.active_job.queue_adapter = :inline
  config.active_storage.service = :local
  config.active_storage.service_configurations = { local: { service: 'Disk', root: File.join(ARGV[2], 'storage') } }
end

class ApplicationMailbox < ActionMailbox::Base
  routing all: :everything
end

class EverythingMailbox < ApplicationMailbox
  def process
    puts({ subject: mail.subject.to_s.dup.force_encoding('UTF-8').scrub, message_id: mail.message_id, recipients: mail.recipients, sha256: Digest::SHA256.hexdigest(inbound_email.source),
           source: [inbound_email.raw_email.download].pack('m0') }.to_json)
    $stdout.flush
  end
end

Receiver.initialize!
ActiveRecord::Base.connection_pool.with_connection do
  ActiveRecord::Schema.verbose = false
  ActiveRecord::Schema.define do
    create_table(:action_mailbox_inbound_emails) do |t|
      t.integer :status, default: 0, null: false
      t.string :message_id, null: false
      t.string :message_checksum, null: false
      t.timestamps
      t.index %i[message_id message_checksum], unique: true, name: 'index_action_mailbox_inbound_emails_uniqueness'
    end
    create_table(:active_storage_blobs) do |t|
      t.string :key, null: false
      t.string :filename, null: false
      t.string :content_type
      t.text :metadata
      t.string :service_name, null: false
      t.bigint :byte_size, null: false
      t.string :checksum, null: false
      t.datetime :created_at, null: false
      t.index :key, unique: true
    end
    create_table(:active_storage_attachments) do |t|
      t.string :name, null: false
      t.references :record, null: false, polymorphic: true, index: false
      t.references :blob, null: false
      t.datetime :created_at, null: false
    end
    create_table(:active_storage_variant_records) do |t|
      t.belongs_to :blob, null: false, index: false
      t.string :variation_digest, null: false
    end
  end
end

quiet = WEBrick::Log.new($stderr, WEBrick::Log::FATAL)
server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: 0, Logger: quiet, AccessLog: [])
server.mount '/', Rack::Handler::WEBrick, Rails.application
puts "open #{server.config[:Port]}"
$stdout.flush
Thread.new { $stdin.read; server.shutdown }
server.start
