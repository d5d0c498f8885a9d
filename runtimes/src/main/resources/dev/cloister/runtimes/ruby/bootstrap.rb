# frozen_string_literal: true

# Cloister's Ruby runtime: the loop between the Lambda Runtime API and a function's handler.
#
# It behaves as AWS's Ruby runtimes do: handlers called with event: and context:, error shapes, the
# Logger's line with the request id.

require 'json'
require 'logger'
require 'socket'
require 'stringio'
require 'time'

module Cloister
  API = '/2018-06-01/runtime'
  ASSIGNMENT = '/cloister/2026-01-01/assignment'
  TASK_ROOT = '/var/task'
  MAX_HEAD_BYTES = 1 << 20

  class << self
    attr_accessor :request_id
  end

  # One persistent HTTP/1.1 connection to the Runtime API; used by one thread.
  class RuntimeApi
    Answer = Struct.new(:status, :headers, :body)

    def initialize(address)
      @host, _, @port = address.rpartition(':')
      @common = "Host: #{address}\r\nUser-Agent: cloister-ruby/#{RUBY_VERSION}\r\n"
      @next = head('GET', "#{API}/invocation/next", '')
      @socket = nil
    end

    def next_invocation
      expect_ok(exchange(@next), 'next')
    end

    def assignment
      JSON.parse(expect_ok(exchange(head('GET', ASSIGNMENT, '')), 'assignment').body)
    end

    def respond(request_id, body, content_type)
      post("#{API}/invocation/#{request_id}/response", body, "Content-Type: #{content_type}\r\n")
    end

    def invocation_error(request_id, error)
      post_error("#{API}/invocation/#{request_id}/error", error)
    end

    def init_error(error)
      post_error("#{API}/init/error", error)
    end

    private

    def expect_ok(answer, what)
      raise IOError, "the Runtime API answered #{answer.status} to #{what}" unless answer.status == 200

      answer
    end

    def post_error(path, error)
      type = error['errorType'].gsub(/[^\x21-\x7e]/, '?')
      post(path, JSON.generate(error),
           "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: #{type}\r\n")
    end

    def post(path, body, lines)
      exchange(head('POST', path, "#{lines}Content-Length: #{body.bytesize}\r\n") + body.b)
    end

    def head(method, path, lines)
      "#{method} #{path} HTTP/1.1\r\n#{@common}#{lines}\r\n".b
    end

    # A kept connection that turns out to be closed is opened anew, once.
    def exchange(request)
      if @socket
        begin
          write(request)
          answer = read
          return answer if answer
        rescue Errno::EPIPE, Errno::ECONNRESET
          # It was closed while this environment was idle.
        end
        @socket.close
      end
      @socket = TCPSocket.new(@host, @port.to_i)
      @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
      write(request)
      read or raise IOError, 'the Runtime API closed the connection'
    end

    def write(request)
      sent = @socket.syswrite(request)
      while sent < request.bytesize
        sent += @socket.syswrite(request.byteslice(sent, request.bytesize - sent))
      end
    end

    # The answer, or nil if the connection was closed before it.
    def read
      data = receive or return nil
      until (finish = data.index("\r\n\r\n"))
        raise IOError, "the Runtime API's answer is not HTTP" if data.bytesize > MAX_HEAD_BYTES

        data << (receive or raise IOError, "the Runtime API's answer ended early")
      end
      lines = data.byteslice(0, finish).force_encoding(Encoding::UTF_8).split("\r\n")
      headers = lines.drop(1).to_h do |line|
        name, _, value = line.partition(':')
        [name.downcase, value.strip]
      end
      body = data.byteslice(finish + 4, data.bytesize)
      length = headers['content-length'].to_i
      body << (receive or raise IOError, "the Runtime API's answer ended early") while body.bytesize < length
      if headers['connection']&.downcase == 'close'
        @socket.close
        @socket = nil
      end
      Answer.new(lines[0][9, 3].to_i, headers, body.force_encoding(Encoding::UTF_8))
    end

    def receive
      @socket.readpartial(65_536)
    rescue EOFError
      nil
    end
  end

  # A failure that the runtime itself found, with the type that AWS gives it.
  class Fault < StandardError
    attr_reader :type

    def initialize(type, message)
      super(message)
      @type = type
    end
  end

  # What a handler gets as context:.
  class LambdaContext
    attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name,
                :function_name, :memory_limit_in_mb, :function_version, :identity,
                :client_context, :deadline_ms, :tenant_id

    def initialize(headers)
      @aws_request_id = headers['lambda-runtime-aws-request-id']
      @deadline_ms = headers['lambda-runtime-deadline-ms'].to_i
      @invoked_function_arn = headers['lambda-runtime-invoked-function-arn']
      @tenant_id = headers['lambda-runtime-aws-tenant-id']
      @log_group_name = ENV['AWS_LAMBDA_LOG_GROUP_NAME']
      @log_stream_name = ENV['AWS_LAMBDA_LOG_STREAM_NAME']
      @function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
      @memory_limit_in_mb = ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
      @function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']
      @identity = parse(headers['lambda-runtime-cognito-identity'])
      @client_context = parse(headers['lambda-runtime-client-context'])
    end

    def get_remaining_time_in_millis
      [@deadline_ms - (Time.now.to_f * 1000).to_i, 0].max
    end

    private

    def parse(text)
      JSON.parse(text) unless text.nil? || text.empty?
    end
  end

  # --- Logging ------------------------------------------------------------------------------------

  # The environment's log keeps a line as one event, and turns each \r back into \n.
  def self.write_event(text)
    $stdout.write(text.chomp.gsub("\n", "\r") << "\n")
  end

  def self.json_logging?
    ENV['AWS_LAMBDA_LOG_FORMAT'].to_s.casecmp?('JSON')
  end

  # The Logger's own line, with the request id before the program's name.
  module TextLine
    def call(severity, time, progname, msg)
      id = Cloister.request_id
      line = format('%<first>s, [%<time>s #%<pid>d] %<severity>5s %<id>s -- %<name>s: %<text>s',
                    first: severity[0], time: format_datetime(time), pid: Process.pid,
                    severity: severity, id: id, name: progname, text: msg2str(msg))
      line.gsub("\n", "\r") << "\n"
    end
  end

  # One JSON object for each record.
  module JsonLine
    def call(severity, time, progname, msg)
      line = { timestamp: time.utc.iso8601(3), level: severity, message: msg2str(msg) }
      line[:requestId] = Cloister.request_id if Cloister.request_id
      line[:logger] = progname if progname
      if msg.is_a?(Exception)
        line.merge!(message: msg.message, errorType: msg.class.name, errorMessage: msg.message,
                    stackTrace: msg.backtrace || [])
      end
      JSON.generate(line) << "\n"
    end
  end

  # Loggers made without a level begin with the function's.
  module StartLevel
    LEVELS = { 'TRACE' => 'DEBUG' }.freeze

    def initialize(*arguments, level: nil, **options)
      wanted = ENV['AWS_LAMBDA_LOG_LEVEL'].to_s.upcase
      default = wanted.empty? ? Logger::DEBUG : LEVELS.fetch(wanted, wanted)
      super(*arguments, level: level || default, **options)
    end
  end

  def self.set_up_logging
    if json_logging?
      Logger::Formatter.prepend(JsonLine)
      Logger.prepend(StartLevel)
    else
      Logger::Formatter.prepend(TextLine)
    end
  end

  def self.log_error(what, error)
    if json_logging?
      line = { timestamp: Time.now.utc.iso8601(3), level: 'ERROR', message: what, requestId: request_id }
      write_event(JSON.generate(line.merge(error)))
    else
      write_event("#{what}\n#{JSON.generate(error)}")
    end
  end

  # --- Errors -------------------------------------------------------------------------------------

  def self.error_of(exception, prefix)
    type = exception.is_a?(Fault) ? exception.type : "#{prefix}<#{exception.class.name}>"
    own = (exception.backtrace || []).take_while { |frame| !frame.start_with?("#{__FILE__}:") }
    { 'errorMessage' => exception.message.dup.force_encoding(Encoding::UTF_8).scrub,
      'errorType' => type, 'stackTrace' => own }
  end

  # --- The handler --------------------------------------------------------------------------------

  # "file.method" or "file.Module::Class.method", as a method object.
  def self.load_handler(text)
    file, second, third = text.split('.')
    if file.nil? || second.nil? || text.count('.') > 2
      raise Fault.new('Runtime.MalformedHandlerName',
                      "Invalid handler #{text}, must be of form FILENAME.METHOD or " \
                      'FILENAME.CLASS.METHOD where FILENAME corresponds with an existing Ruby ' \
                      'source file FILENAME.rb, CLASS is an optional module/class namespace and ' \
                      'METHOD is a callable method.')
    end

    require File.expand_path(file, ENV.fetch('LAMBDA_TASK_ROOT', TASK_ROOT))
    receiver = third ? Object.const_get(second) : TOPLEVEL_BINDING.receiver
    receiver.method((third || second).to_sym)
  end

  def self.init(text)
    load_handler(text)
  rescue Fault => e
    error_of(e, 'Init')
  rescue LoadError => e
    missing = e.path.nil? || e.path.start_with?(ENV.fetch('LAMBDA_TASK_ROOT', TASK_ROOT))
    missing ? error_of(e, 'Init').merge('errorType' => 'Runtime.ImportModuleError') : error_of(e, 'Init')
  rescue SyntaxError => e
    error_of(e, 'Init').merge('errorType' => 'Runtime.UserCodeSyntaxError')
  rescue NameError => e
    # The file is there; what the handler's name says is not in it.
    own = e.backtrace_locations&.first&.path == __FILE__ || e.backtrace.first.start_with?(__FILE__)
    own ? error_of(e, 'Init').merge('errorType' => 'Runtime.HandlerNotFound') : error_of(e, 'Init')
  rescue StandardError, ScriptError => e
    error_of(e, 'Init')
  end

  def self.marshal(result)
    return [result.read, 'application/unknown'] if result.is_a?(StringIO) || result.is_a?(IO)

    [JSON.generate(result), 'application/json']
  rescue StandardError => e
    raise Fault.new('Runtime.MarshalError', "Unable to marshal response: #{e.message}")
  end

  def self.unmarshal(body)
    JSON.parse(body)
  rescue JSON::ParserError => e
    raise Fault.new('Runtime.UnmarshalError', "Unable to unmarshal input: #{e.message}")
  end

  def self.serve(api, handler)
    loop do
      answer = api.next_invocation
      headers = answer.headers
      self.request_id = headers['lambda-runtime-aws-request-id']
      ENV['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id']
      begin
        event = unmarshal(answer.body)
        body, type = marshal(handler.call(event: event, context: LambdaContext.new(headers)))
      rescue StandardError, ScriptError, NoMemoryError, SystemStackError => e
        error = error_of(e, 'Function')
        log_error('Error raised from handler method', error)
        api.invocation_error(request_id, error)
      else
        api.respond(request_id, body, type)
      end
    end
  end

  # --- Starting -----------------------------------------------------------------------------------

  # Loads what functions usually need, in a process whose function is not known yet.
  def self.load_ahead
    %w[base64 bigdecimal cgi csv date digest erb fileutils forwardable net/http open3 openssl ostruct
       pathname securerandom set singleton stringio strscan tempfile timeout uri yaml zlib].each do |name|
      require name
    rescue LoadError
      next # Not every Ruby has every one of them.
    end
    GC.start
    GC.compact if GC.respond_to?(:compact)
  end

  def self.apply_assignment(environment)
    ENV.delete('CLOISTER_PREPARED')
    ENV.update(environment)
    ENV.delete('CLOISTER_PREPARED')
    Gem.clear_paths
  end

  def self.main
    $stdout.sync = true
    $stderr.sync = true
    api = RuntimeApi.new(ENV.fetch('AWS_LAMBDA_RUNTIME_API'))
    if ENV['CLOISTER_PREPARED'] == '1'
      load_ahead
      apply_assignment(api.assignment['environment'])
    end
    root = ENV.fetch('LAMBDA_TASK_ROOT', TASK_ROOT)
    Dir.chdir(root)
    $LOAD_PATH.unshift(root) unless $LOAD_PATH.include?(root)
    set_up_logging
    handler = init(ENV.fetch('_HANDLER', ''))
    if handler.is_a?(Hash)
      log_error('Init error when loading handler', handler)
      api.init_error(handler)
      exit!(1)
    end
    serve(api, handler)
  end
end

Cloister.main
