// The application is what the README says, word for word.
def readme = new File(basedir, '../../../../README.md').getText('UTF-8')

def block = { String language ->
	def blocks = (readme =~ /(?s)```${language}\n(.*?)```/).collect { it[1] }
	assert blocks.size() == 1: "the README has ${blocks.size()} blocks of ${language}"
	blocks[0]
}

def write = { String path, String text ->
	def file = new File(basedir, path)
	file.parentFile.mkdirs()
	file.setText(text, 'UTF-8')
}

def pom = new File(basedir, 'pom.xml')
pom.setText(pom.getText('UTF-8').replace("<!-- the README's dependency -->", block('xml')), 'UTF-8')

write('src/main/java/app/VoteController.java', '''package app;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.RealtimeTemplate;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

''' + block('java'))
write('src/main/resources/static/index.html', block('html'))
write('src/main/resources/application.yml', block('yaml'))
